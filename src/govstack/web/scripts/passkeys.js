// Passkeys: a form with `data-passkey` asks the device of its reader (Web Authentication) and sends what it signed.
// `data-options` holds the question as the server made it; the fields `answer` and the button are the form's own.

function toBytes (text) {
  const plain = atob(text.replace(/-/g, '+').replace(/_/g, '/'))
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0))
}

function toText (buffer) {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join('')
  return btoa(letters).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}

function question (options) {
  const named = (one) => ({ ...one, id: toBytes(one.id) })
  const made = { ...options, challenge: toBytes(options.challenge) }
  if (options.user) made.user = named(options.user)
  if (options.excludeCredentials) made.excludeCredentials = options.excludeCredentials.map(named)
  if (options.allowCredentials) made.allowCredentials = options.allowCredentials.map(named)
  return made
}

function answer (credential) {
  const response = {}
  for (const part of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    if (credential.response[part]) response[part] = toText(credential.response[part])
  }
  return JSON.stringify({
    id: credential.id, rawId: toText(credential.rawId), type: credential.type, clientExtensionResults: {}, response
  })
}

async function ask (form) {
  const publicKey = question(JSON.parse(form.dataset.options))
  const credential = await navigator.credentials[form.dataset.passkey]({ publicKey })
  form.elements.answer.value = answer(credential)
  form.submit()
}

export function enlivenPasskeys (scope) {
  if (!window.PublicKeyCredential) return
  for (const form of scope.querySelectorAll('form[data-passkey]')) {
    const failed = form.querySelector('[data-passkey-failed]')
    // Browsers use passkeys under the name of a site alone, and say so by this error.
    const elsewhere = form.querySelector('[data-passkey-elsewhere]')
    form.querySelector('[data-passkey-missing]').hidden = true
    form.querySelector('[data-passkey-ready]').hidden = false
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      failed.hidden = elsewhere.hidden = true
      ask(form).catch((error) => { (error.name === 'SecurityError' ? elsewhere : failed).hidden = false })
    })
  }
}
