// The peer of the benchmark of sign-ins: node oidc_provider.mjs LIBRARY PORT PROCESSES SECRET KEY BACK
// Its own quick-start pages, its own adapter in memory; the same three kinds of client and the same kinds of signature.
import cluster from 'node:cluster'
import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import { pathToFileURL } from 'node:url'

const [library, port, processes, secret, party, back] = process.argv.slice(2)
// What it says about its quick-start pages is known.
console.info = console.warn = () => {}
const made = (...kind) => generateKeyPairSync(...kind).privateKey.export({ format: 'jwk' })

async function serve () {
  const { default: Provider } = await import(pathToFileURL(library))
  const client = { redirect_uris: [back], response_types: ['code'], token_endpoint_auth_method: 'client_secret_post' }
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [
      { ...client, client_id: 'own', client_secret: secret, grant_types: ['authorization_code'] },
      {
        ...client,
        client_id: 'party',
        grant_types: ['authorization_code'],
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [JSON.parse(party)] }
      },
      {
        client_id: 'machine',
        client_secret: secret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: 'client_secret_post'
      }
    ],
    claims: { openid: ['sub'], profile: ['name', 'birthdate'] },
    cookies: { keys: [secret] },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: true },
      // Signed access tokens with five minutes to live, as ours; by itself it gives opaque ones.
      resourceIndicators: {
        enabled: true,
        defaultResource: () => 'urn:govstack',
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: 'registries:read',
          accessTokenFormat: 'jwt',
          accessTokenTTL: 300,
          jwt: { sign: { alg: 'ES256' } }
        })
      }
    },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: 'Amina Kone', birthdate: '1985-04-01' }) }),
    jwks: { keys: [made('rsa', { modulusLength: 2048 }), made('ec', { namedCurve: 'P-256' })] },
    // The country's own pages ask nobody for permission, as with us.
    async loadExistingGrant (context) {
      const { client, provider: here, result, session } = context.oidc
      const kept = result?.consent?.grantId || session.grantIdFor(client.clientId)
      if (kept || client.clientId !== 'own') return kept ? here.Grant.find(kept) : undefined
      const grant = new here.Grant({ clientId: client.clientId, accountId: session.accountId })
      grant.addOIDCScope('openid profile')
      await grant.save()
      return grant
    },
    pkce: { required: () => true }
  })
  createServer(provider.callback()).listen(Number(port), '127.0.0.1')
}

if (cluster.isPrimary && Number(processes) > 1) for (let one = 0; one < Number(processes); one++) cluster.fork()
else await serve()
