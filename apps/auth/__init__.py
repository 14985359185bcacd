"""Who is at the pages: sign-in, sign-out and the guard in front of everything served."""
