// Compiles the styles and scripts of the pages into src/govstack/web/static/vendor, with hashed names and a manifest.
// Run it with any Node.js from 20: `npm ci --ignore-scripts && node tools/assets.mjs`.
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, transform } from 'esbuild'
import postcss from 'postcss'
import { compile } from 'sass'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const WEB = join(ROOT, 'src/govstack/web')
const VENDOR = join(WEB, 'static/vendor')
const STYLE_BYTES_MAX = 130_000
const STYLE_GZIP_BYTES_MAX = 20_000
// What PDF is drawn with, by script; govstack/web/fonts.py names the same files.
const FONTS = {
  'noto-sans': ['latin', 'latin-ext', 'vietnamese', 'cyrillic', 'cyrillic-ext', 'greek', 'devanagari'],
  'noto-sans-arabic': ['arabic']
}
const FONT_WEIGHTS = [400, 700]
const BROWSERS = ['chrome110', 'firefox110', 'safari16']

// GOV.UK Frontend writes left and right; a page in Arabic needs start and end.
const LOGICAL_SIDE = { left: 'inline-start', right: 'inline-end' }
const LOGICAL_CORNER = {
  'border-top-left-radius': 'border-start-start-radius',
  'border-top-right-radius': 'border-start-end-radius',
  'border-bottom-left-radius': 'border-end-start-radius',
  'border-bottom-right-radius': 'border-end-end-radius'
}
// A tick is drawn with two borders and is the same tick in every script.
const TICK = /checkboxes__label::?after/

// An arrow is drawn with a clip path over its borders; _direction.scss turns it as a whole.
function drawnWithBorders (rule) {
  return TICK.test(rule.selector ?? '') || rule.some?.((node) => node.prop === 'clip-path')
}

function logicalName (name) {
  const side = /^(margin|padding|border)-(left|right)(-(?:width|style|color))?$/.exec(name)
  if (side) return `${side[1]}-${LOGICAL_SIDE[side[2]]}${side[3] ?? ''}`
  if (name === 'left' || name === 'right') return `inset-${LOGICAL_SIDE[name]}`
  return LOGICAL_CORNER[name] ?? name
}

function logicalFourSides (declaration) {
  const shape = /^(margin|padding)$|^border-(width|style|color)$/.exec(declaration.prop)
  const sides = shape ? postcss.list.space(declaration.value) : []
  if (sides.length !== 4 || sides[1] === sides[3]) return false
  const [name, part] = shape[1] ? [shape[1], ''] : ['border', `-${shape[2]}`]
  declaration.before({ prop: `${name}-block${part}`, value: `${sides[0]} ${sides[2]}` })
  declaration.replaceWith({ prop: `${name}-inline${part}`, value: `${sides[3]} ${sides[1]}` })
  return true
}

const logical = {
  postcssPlugin: 'logical-directions',
  OnceExit (root) {
    root.walkDecls((declaration) => {
      if (declaration.prop.startsWith('border') && drawnWithBorders(declaration.parent)) return
      if (logicalFourSides(declaration)) return
      declaration.prop = logicalName(declaration.prop)
      if (declaration.prop === 'text-align') {
        declaration.value = { left: 'start', right: 'end' }[declaration.value] ?? declaration.value
      }
      if (declaration.prop === 'float' || declaration.prop === 'clear') {
        declaration.value = LOGICAL_SIDE[declaration.value] ?? declaration.value
      }
    })
  }
}

async function style () {
  const compiled = compile(join(WEB, 'styles/govstack.scss'), {
    loadPaths: [join(ROOT, 'node_modules')],
    quietDeps: true
  })
  const directed = await postcss([logical]).process(compiled.css, { from: undefined })
  const { code } = await transform(directed.css, { loader: 'css', minify: true, target: BROWSERS })
  return Buffer.from(code)
}

async function script () {
  const result = await build({
    entryPoints: [join(WEB, 'scripts/govstack.js')],
    nodePaths: [join(ROOT, 'node_modules')],
    bundle: true,
    minify: true,
    format: 'esm',
    target: BROWSERS,
    legalComments: 'none',
    write: false
  })
  return Buffer.from(result.outputFiles[0].contents)
}

function write (name, extension, content, manifest) {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12)
  const file = `${name}.${hash}.${extension}`
  const packed = gzipSync(content, { level: 9 })
  writeFileSync(join(VENDOR, file), content)
  writeFileSync(join(VENDOR, `${file}.gz`), packed)
  manifest[`${name}.${extension}`] = file
  console.log(`${file}: ${content.length} bytes, ${packed.length} compressed`)
  return packed.length
}

function fonts () {
  mkdirSync(join(VENDOR, 'fonts'))
  for (const [family, scripts] of Object.entries(FONTS)) {
    const folder = join(ROOT, 'node_modules/@fontsource', family)
    for (const script of scripts) {
      for (const weight of FONT_WEIGHTS) {
        const file = `${family}-${script}-${weight}-normal.woff`
        copyFileSync(join(folder, 'files', file), join(VENDOR, 'fonts', file))
      }
    }
    copyFileSync(join(folder, 'LICENSE'), join(VENDOR, 'fonts', `${family}-LICENSE`))
  }
}

rmSync(VENDOR, { recursive: true, force: true })
mkdirSync(VENDOR, { recursive: true })
const manifest = {}
fonts()
const css = await style()
const cssPacked = write('govstack', 'css', css, manifest)
write('govstack', 'js', await script(), manifest)
writeFileSync(join(VENDOR, 'manifest.json'), JSON.stringify(manifest, null, 2) + '\n')
if (css.length > STYLE_BYTES_MAX || cssPacked > STYLE_GZIP_BYTES_MAX) {
  console.error(`The stylesheet is over its budget of ${STYLE_BYTES_MAX} bytes (${STYLE_GZIP_BYTES_MAX} compressed).`)
  process.exit(1)
}
