// What scripts add to pages that already work without them.
import {
  Button, CharacterCount, ErrorSummary, NotificationBanner, PasswordInput, ServiceNavigation, SkipLink, createAll
} from 'govuk-frontend'
import htmx from 'htmx.org/dist/htmx.esm.js'
import { enlivenPasskeys } from './passkeys.js'

// Fields revealed by a choice need no script: the stylesheet shows them (and `aria-expanded` is not allowed on a radio).
const COMPONENTS = [Button, CharacterCount, ErrorSummary, NotificationBanner, PasswordInput, ServiceNavigation, SkipLink]

// The content security policy allows no evaluation; the words of components come from the page, not from scripts.
htmx.config.includeIndicatorCSS = false
// A part that renews itself leaves open what the reader has opened.
htmx.config.morphIgnore.push('open')

function enliven (scope) {
  for (const component of COMPONENTS) createAll(component, {}, scope)
  enlivenPasskeys(scope)
}

document.body.classList.add('js-enabled', 'govuk-frontend-supported')
enliven(document)
document.addEventListener('htmx:after:swap', (event) => {
  if (event.target instanceof Element) enliven(event.target)
})
