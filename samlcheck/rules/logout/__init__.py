"""Rules on single logout: the request, who sent it and to whom, the session, the answer."""
