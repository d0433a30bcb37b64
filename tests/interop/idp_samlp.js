// An identity provider of the npm package samlp: reads a login to make on stdin, writes a response.
const samlp = require('samlp');
const { readFileSync } = require('fs');

const job = JSON.parse(readFileSync(0, 'utf8'));

function Mapper() {
  return {
    getClaims: () => job.attributes,
    getNameIdentifier: () => ({
      nameIdentifier: job.name_id,
      nameIdentifierFormat: job.name_id_format,
    }),
  };
}

const options = {
  issuer: job.issuer,
  cert: job.certificate,
  key: job.key,
  audience: job.audience,
  recipient: job.recipient,
  destination: job.recipient,
  inResponseTo: job.in_response_to,
  lifetimeInSeconds: job.lifetime,
  signResponse: ['response', 'both'].includes(job.sign),
  signAssertion: ['assertion', 'both'].includes(job.sign),
  signatureAlgorithm: job.sha1 ? 'rsa-sha1' : 'rsa-sha256',
  digestAlgorithm: job.sha1 ? 'sha1' : 'sha256',
  includeAttributeNameFormat: true,
  authnContextClassRef: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
  sessionIndex: '_session1',
  profileMapper: Mapper,
};

const write = (octets) =>
  console.log(JSON.stringify({ response: Buffer.from(octets).toString('base64') }));

if (job.status) {
  const error = { code: job.status, description: 'The user could not be authenticated' };
  const response = {
    set: () => {},
    send: (page) => write(Buffer.from(/SAMLResponse"[^>]*value="([^"]+)"/.exec(page)[1].replace(/&#x3D;|&#61;/g, '='), 'base64')),
  };
  samlp.sendError({ ...options, error, getPostURL: (_, next) => next(null, job.recipient) })({}, response);
} else {
  samlp.getSamlResponse(options, {}, (error, response) => {
    if (error) throw error;
    write(response);
  });
}
