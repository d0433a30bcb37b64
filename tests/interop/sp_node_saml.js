// A service provider of node-saml: reads a response and its settings on stdin, says yes or no.
const { SAML, ValidateInResponseTo } = require('@node-saml/node-saml');
const { readFileSync } = require('fs');

const job = JSON.parse(readFileSync(0, 'utf8'));
const asked = { [job.request_id]: new Date().toISOString() };
const saml = new SAML({
  callbackUrl: job.acs,
  issuer: job.sp,
  audience: job.sp,
  idpCert: job.idp_certificate,
  idpIssuer: job.idp,
  decryptionPvk: job.encrypted ? job.sp_key : undefined,
  wantAssertionsSigned: false,
  wantAuthnResponseSigned: false,
  validateInResponseTo: ValidateInResponseTo.always,
  cacheProvider: {
    saveAsync: async (key, value) => ({ value, createdAt: Date.now() }),
    getAsync: async (key) => asked[key] ?? null,
    removeAsync: async (key) => key,
  },
});

saml
  .validatePostResponseAsync({ SAMLResponse: job.response })
  .then(() => console.log(JSON.stringify({ says: null })))
  .catch((error) => console.log(JSON.stringify({ says: String(error.message) })));
