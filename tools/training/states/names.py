"""What plates of each state say and look like: plain facts, no artwork."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.recognition.state_reader import STATES

NAMES: Mapping[str, tuple[str, ...]] = {
    "US-AK": ("Alaska",),
    "US-AL": ("Alabama",),
    "US-AR": ("Arkansas",),
    "US-AZ": ("Arizona",),
    "US-CA": ("California", "California", "dmv.ca.gov"),
    "US-CO": ("Colorado",),
    "US-CT": ("Connecticut",),
    "US-DC": ("Washington, DC", "Washington, D.C.", "District of Columbia"),
    "US-DE": ("Delaware",),
    "US-FL": ("Florida", "MyFlorida.com"),
    "US-GA": ("Georgia", "Georgia.gov", "www.georgia.gov"),
    "US-HI": ("Hawaii",),
    "US-IA": ("Iowa",),
    "US-ID": ("Idaho", "Scenic Idaho"),
    "US-IL": ("Illinois",),
    "US-IN": ("Indiana",),
    "US-KS": ("Kansas",),
    "US-KY": ("Kentucky",),
    "US-LA": ("Louisiana",),
    "US-MA": ("Massachusetts",),
    "US-MD": ("Maryland",),
    "US-ME": ("Maine",),
    "US-MI": ("Michigan", "Pure Michigan"),
    "US-MN": ("Minnesota", "Explore Minnesota", "Explore Minnesota.com"),
    "US-MO": ("Missouri",),
    "US-MS": ("Mississippi",),
    "US-MT": ("Montana",),
    "US-NC": ("North Carolina",),
    "US-ND": ("North Dakota",),
    "US-NE": ("Nebraska",),
    "US-NH": ("New Hampshire",),
    "US-NJ": ("New Jersey",),
    "US-NM": ("New Mexico", "New Mexico USA"),
    "US-NV": ("Nevada",),
    "US-NY": ("New York",),
    "US-OH": ("Ohio",),
    "US-OK": ("Oklahoma",),
    "US-OR": ("Oregon",),
    "US-PA": ("Pennsylvania",),
    "US-RI": ("Rhode Island",),
    "US-SC": ("South Carolina",),
    "US-SD": ("South Dakota",),
    "US-TN": ("Tennessee",),
    "US-TX": ("Texas",),
    "US-UT": ("Utah",),
    "US-VA": ("Virginia",),
    "US-VT": ("Vermont",),
    "US-WA": ("Washington",),
    "US-WI": ("Wisconsin",),
    "US-WV": ("West Virginia",),
    "US-WY": ("Wyoming",),
}
"""How a state is named on its plates."""

SLOGANS: Mapping[str, tuple[str, ...]] = {
    "US-AK": ("The Last Frontier", "North to the Future"),
    "US-AL": ("Heart of Dixie", "Sweet Home Alabama", "Stars Fell On"),
    "US-AR": ("The Natural State",),
    "US-AZ": ("Grand Canyon State",),
    "US-CA": ("The Golden State", "dmv.ca.gov"),
    "US-CT": ("Constitution State",),
    "US-DC": ("Taxation Without Representation",),
    "US-DE": ("The First State",),
    "US-FL": ("Sunshine State",),
    "US-GA": ("Peach State", "Georgia on my mind"),
    "US-HI": ("Aloha State",),
    "US-ID": ("Famous Potatoes",),
    "US-IL": ("Land of Lincoln",),
    "US-IN": ("Hoosier State", "Crossroads of America"),
    "US-KS": ("Sunflower State",),
    "US-KY": ("Bluegrass State", "Unbridled Spirit"),
    "US-LA": ("Sportsman's Paradise",),
    "US-MA": ("The Spirit of America",),
    "US-MD": ("www.maryland.gov",),
    "US-ME": ("Vacationland",),
    "US-MI": ("Great Lakes", "www.michigan.gov", "Great Lakes State"),
    "US-MN": ("10,000 lakes",),
    "US-MO": ("Show-Me State",),
    "US-MS": ("The Magnolia State", "The Hospitality State"),
    "US-MT": ("Big Sky", "Big Sky Country", "Treasure State"),
    "US-NC": ("First in Flight", "First in Freedom"),
    "US-ND": ("Peace Garden State", "Discover the Spirit", "Legendary"),
    "US-NE": ("Cornhusker State",),
    "US-NH": ("Live Free or Die",),
    "US-NJ": ("Garden State",),
    "US-NM": ("Land of Enchantment",),
    "US-NV": ("The Silver State", "Home Means Nevada"),
    "US-NY": ("Empire State", "The Empire State", "Excelsior"),
    "US-OH": ("Birthplace of Aviation", "Buckeye State"),
    "US-OK": ("Native America", "Explore Oklahoma", "TravelOK.com"),
    "US-OR": ("Pacific Wonderland",),
    "US-PA": ("visitPA.com", "Keystone State", "www.state.pa.us"),
    "US-RI": ("Ocean State",),
    "US-SC": ("Travel2SC.com", "While I Breathe, I Hope"),
    "US-SD": ("Great Faces. Great Places.",),
    "US-TN": ("The Volunteer State", "tnvacation.com"),
    "US-TX": ("The Lone Star State",),
    "US-UT": ("Greatest Snow on Earth", "Life Elevated"),
    "US-VA": ("Virginia is for lovers",),
    "US-VT": ("Green Mountain State",),
    "US-WA": ("Evergreen State",),
    "US-WI": ("America's Dairyland",),
    "US-WV": ("Wild, Wonderful", "Mountain State"),
    "US-WY": ("Cowboy State", "Forever West"),
}
"""Slogans, nicknames and addresses on plates that one state alone uses."""

BELOW = frozenset({"US-CO", "US-DE", "US-IN", "US-NC", "US-ND", "US-NH", "US-NM"})
"""Where the name stands below the letters on ordinary plates of some years."""

SCRIPT = frozenset({"US-CA", "US-IL", "US-LA", "US-MD", "US-NE", "US-SD", "US-TN", "US-WV"})
"""Where the name is written as if by hand on ordinary plates of some years."""

EVERYWHERE = (
    "In God We Trust", "Veteran", "University", "Fire Fighter", "Antique", "Classic", "Centennial",
    "United We Stand", "Wildlife", "Jackson", "Franklin", "Jefferson", "Madison", "Lincoln",
    "Clay", "Marion", "Monroe", "Union", "Wayne", "Montgomery", "Greene", "Lake", "Orange",
    "Shelby", "Warren", "Douglas", "Boone", "Adams", "Support Our Troops", "U.S. Marine Corps",
    "Environment", "Education", "Professional", "Motorcycle", "Exempt", "Apportioned", "Commercial",
)  # fmt: skip
"""Words, causes and frequent names of counties that stand on plates of many states."""

ELSEWHERE = (
    "Ontario", "Quebec", "Alberta", "Manitoba", "British Columbia", "Beautiful British Columbia",
    "Nova Scotia", "New Brunswick", "Saskatchewan", "Yukon", "Yours to Discover", "Je me souviens",
    "Friendly Manitoba", "Wild Rose Country", "Puerto Rico", "Isla del Encanto", "Guam",
    "Virgin Islands", "American Samoa", "Baja California", "Sonora", "Chihuahua", "Tamaulipas",
    "Mexico", "Jalisco", "Durango", "U.S. Government", "For Official Use Only", "US Forces",
    "Diplomat", "Navajo Nation", "Brasil", "SP - Sao Paulo", "RJ - Rio de Janeiro", "Curitiba",
    "Porto Alegre", "Hrvatska", "Polska", "Deutschland", "Bahamas", "Jamaica",
)  # fmt: skip
"""What stands on plates that belong to no state, most of them of North America."""

DEALERS = (
    "Motors", "Auto", "Toyota", "Honda", "Ford", "Chevrolet", "Nissan", "Alumni", "Auto Group",
    "Subaru", "Jeep", "BMW", "Dodge", "Giants", "State University", "Mom", "Country Club",
    "of Roseville", "Used Cars", "1-800-555-0100", "My other car", "Police Association",
)  # fmt: skip
"""What stands on frames, alone or behind a place."""

assert set(NAMES) == set(STATES)  # noqa: S101 -- a state without a name would never be learnt
