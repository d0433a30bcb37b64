"""Rules on the structure of documents: what the schemas of SAML demand, said in words."""
