"""Words that only say that there was a hit, that it was confirmed, or that a car was stopped.

No basis of a stop (Policy 426.5 (d)); in English and in Spanish, without accents and apostrophes.
"""

from __future__ import annotations

ENGLISH = """
about above active after again agency agreed ahead al alert alerted alerting alerts all alpr alprs
also am an and announced anpr any appeared are arent around as at audible auto automated automatic
automatically automobile back based basis be bearing because been beep beeped beeping before being
both but by california called came camera cameras can cant car cars cause cdms center central check
checked checks chime chimed clearly clets code come comes communications computer computers confirm
confirmation confirmed confirming confirms copied correct could couldnt coupe cpic database
databases day demand department dept detected detection detections device did didnt dirty dispatch
dispatched dispatcher dispatchers display dmv do does doesnt doing doj done dont due during each
electronic else enforcement entered entry enough even ever every exact feed feeds felony file files
first fixed flag flagged flash flashed flock for from fully gave get give given go going good got
had hadnt hand has hasnt hatchback have havent he hence her here hes high him his hit hits hot
hotlist hotlists hotsheet how however id identified identifies identify if ill im in indicated
indicates indicating indication info information informed inquiry interest into investigative is
isnt it its ive just knew known laptop law learn legal letting licence license like list listed
listing lists located log logged lookup lpr lprs machine machines made make many match matched
matches matching may mdc mdcs mdt mdts me means merely message might mine mobile monitor more most
much must my name ncic need needed never new no none nor not notice notices notification
notifications notified notify now number numbers of off officer officers ok okay on one ones only
operator operators or originating other our out over own part patrol pc per photo picture ping
pinged pings plain plate plates police policy pop popped positive possible prior probable procedure
proper protocol pulled pulls purely put radio rang rather read reader readers reading readings
reads real really reason reasonable reasons receive received recognition recognized record records
relayed relied rely report reported reports request requested responded response result results
return returned returning returns right rs run running said same saw say saying says scan scanned
scanner scans screen second sedan see seen sent service set sheet shes should show showed showing
shown shows simply since sir so software sole solely solid some somebody someone sound sounded
special standing stands stated station status stealing still stolen stop stopped stopping stops
such sure suspect suspected suspicion suv svs system systems tablet tag tags taken takes tas
technology teletype tell telling terminal text than that thats the theft their them then there
therefore these they thing think this those through thus till time to told tone too traffic
transmitted trigger triggered truck true twice two under unit units until up upon us used using
valid validated van vehicle vehicles verification verified verify very via vigilant wait waited
want wanted wants warned warning warrant warrants was wasnt we well went were werent what when
where which while who why will with within without wont word would wouldnt wrong yes yet you your
"""

SPANISH = """
activa activo agencia ahi al alarma alerta alertaron alertas alerto algo alguien alli ante antes
anuncio aparecio aparece aqui arrojo asi aunque auto automatica automaticamente automatico
automatizada automatizado automovil autos avisa avisado avisaron aviso avisos ayer base basado
bien buena bueno busca buscada buscado buscados caliente calientes camara camaras camion camioneta
carro carros causa central chapa chapas claro coche coches coincide coinciden coincidencia
coincidencias coincidente coincidio como comprobado computador computadora comunicaciones con
confirma confirmacion confirmada confirmado confirmados confirmar confirmaron confirmo consulta
correcta correcto creo cual cuando da dado dan dar datos de deber debido del departamento desde
despachador despachadora despacho despues detecta detectado detecto deteccion detencion detener
detenida detenido detuve detuvimos detuvo deudo dia dice dicen dicho dieron dijeron dijo dio donde
el ella ellos en encontrada encontrado encontro entonces entrada era eran es esa ese eso esta
estaba estado estan este esto estoy fiable figura figuraba fue fueron ha haber habia habian han hay
he hecho hizo hoy identificada identificado identifico indica indicacion indicado indicaba indico
informacion informado informaron informo la las le lectora lectoras lector lectores lectura
lecturas leida leido leyo lista listado listados listas lo los luego mano maquina marca marcada
marcado marcaba marco mas matricula matriculas me mediante mensaje mi mientras mismo mostraba
mostrado mostro motivo muestra muy nada ni ningun ninguna no nos nosotros notifica notificacion
notificado notifico oficial oficiales operador operadora orden ordenador otra otro pantalla para
parada paramos parar pare parece paro patrulla pero persona personas pidio pitido placa placas
policia policial por porque positiva positivo posible posibles probable procedimiento pude pues que
quien radio razon razonable razones recibi recibida recibido recibimos recibio reconocimiento
registrada registrado registro registros reporta reportada reportado reportaron reporte reporto
respuesta resulta resultado resulto robada robadas robado robados salia salio se segun segura
seguro senal senala senalo ser si sido siendo sin sino sistema sistemas sobre solamente solo son
sono sospecha sospechosa sospechoso soy su sus tal tambien tan tecnologia tengo tenia tiene todavia
todo todos trafico tras tu un una unas unica unicamente unico unidad uno unos usando vehicular
vehiculo vehiculos verificacion verificada verificado verifico vez vi vimos vio ya yo
"""

WORDS_OF_A_HIT = frozenset((ENGLISH + SPANISH).split())
"""All of them; the trigger on ``hit_event`` holds the same."""
