"""The page of `samlcheck serve`: on the loopback address, for people who do not use a terminal.

It needs the extra `web`. Nothing is stored and nothing is fetched: a request brings the files, the
answer is the report, and that is all.
"""
