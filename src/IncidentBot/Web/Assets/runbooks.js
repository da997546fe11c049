// Copies code, keeps to the alert that a page is filled in for, and draws diagrams. Runbooks can be read and used without it.

document.addEventListener('click', async event => {
  const button = event.target.closest?.('.copy');
  const code = button?.closest('.code')?.querySelector('code');
  if (!code) { return; }
  let word = 'Copied';
  try {
    await navigator.clipboard.writeText(commands(code));
  } catch {
    // Without HTTPS browsers keep the clipboard to themselves; what is selected can be copied by hand.
    getSelection().selectAllChildren(code);
    word = document.execCommand('copy') ? 'Copied' : 'Selected';
  }
  button.textContent = word;
  document.getElementById('page.announcer').textContent = word;
  setTimeout(() => { button.textContent = 'Copy'; }, 2000);
});

// A session of a terminal shows what was typed behind its prompts, and what came of it on the other lines.
function commands(code) {
  const text = code.textContent;
  if (!code.closest('.session')) { return text; }
  let goesOn = false;
  return text.split('\n').flatMap(line => {
    const typed = line.startsWith('$ ') ? line.slice(2) : goesOn ? line.replace(/^> /, '') : null;
    goesOn = typed?.endsWith('\\') ?? false;
    return typed === null ? [] : [typed];
  }).join('\n');
}

// On a phone what to do comes first.
const contents = document.querySelector('.contents details');
if (contents && matchMedia('(max-width: 46rem)').matches) { contents.open = false; }

// What is filled in must not change under the reader when other alerts begin to fire: the address names the alert from now on.
function pin() {
  const alert = document.querySelector('[data-pin-alert]')?.dataset.pinAlert;
  const address = new URL(location.href);
  if (alert && !address.searchParams.has('alert')) {
    address.searchParams.set('alert', alert);
    history.replaceState(history.state, '', address);
  }
}

let drawings = 0;
let mermaid = null;

async function draw() {
  const address = document.querySelector('.runbook[data-mermaid]')?.dataset.mermaid;
  const figures = [...document.querySelectorAll('.diagram:not([data-drawn])')];
  if (!address || figures.length === 0) { return; }
  // Only once each, also when the page changes while this one is being drawn.
  for (const figure of figures) { figure.dataset.drawn = ''; }
  mermaid ??= load(address);
  const drawer = await mermaid;
  for (const figure of figures) {
    const id = `drawing-${drawings++}`;
    try {
      const { svg } = await drawer.render(id, figure.querySelector('code').textContent);
      figure.querySelector('.drawing').innerHTML = svg;
      figure.querySelector('details').open = false;
    } catch {
      // The text stays in sight. Mermaid leaves what it could not draw at the end of the page.
      document.getElementById(`d${id}`)?.remove();
    }
  }
}

async function load(address) {
  const script = document.createElement('script');
  script.src = address;
  const loaded = new Promise((done, failed) => { script.addEventListener('load', done); script.addEventListener('error', failed); });
  document.head.append(script);
  await loaded;
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  globalThis.mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', theme: dark ? 'dark' : 'neutral', htmlLabels: false, flowchart: { htmlLabels: false } });
  return globalThis.mermaid;
}

pin();
draw();
document.addEventListener('shown', () => { pin(); draw(); });
