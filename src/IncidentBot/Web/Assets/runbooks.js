// Copies code, fills in on choosing an alert, and draws diagrams. Runbooks can be read and used without it.

document.addEventListener('click', async event => {
  const button = event.target.closest?.('.copy');
  const code = button?.closest('.code')?.querySelector('code');
  if (!code) { return; }
  let word = 'Copied';
  try {
    await navigator.clipboard.writeText(code.textContent);
  } catch {
    // Without HTTPS browsers keep the clipboard to themselves; what is selected can be copied by hand.
    getSelection().selectAllChildren(code);
    word = document.execCommand('copy') ? 'Copied' : 'Selected';
  }
  button.textContent = word;
  document.getElementById('announcer').textContent = word;
  setTimeout(() => { button.textContent = 'Copy'; }, 2000);
});

document.addEventListener('change', event => { event.target.closest?.('form[data-choose]')?.requestSubmit(); });

const search = document.querySelector('form.search input');
document.addEventListener('keydown', event => {
  const typing = event.target.closest?.('input, textarea, select, [contenteditable]');
  if (search && event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    search.focus();
  }
});

// On a phone what to do comes first.
const contents = document.querySelector('.contents details');
if (contents && matchMedia('(max-width: 46rem)').matches) { contents.open = false; }

const body = document.querySelector('.runbook[data-mermaid]');
if (body && document.querySelector('.diagram')) { draw(body.dataset.mermaid); }

async function draw(address) {
  const script = document.createElement('script');
  script.src = address;
  const loaded = new Promise((done, failed) => { script.addEventListener('load', done); script.addEventListener('error', failed); });
  document.head.append(script);
  await loaded;
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  globalThis.mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', theme: dark ? 'dark' : 'neutral', htmlLabels: false, flowchart: { htmlLabels: false } });
  for (const [index, figure] of [...document.querySelectorAll('.diagram')].entries()) {
    const text = figure.querySelector('code').textContent;
    try {
      const { svg } = await globalThis.mermaid.render(`drawing-${index}`, text);
      const drawing = figure.querySelector('.drawing');
      drawing.innerHTML = svg;
      figure.querySelector('details').open = false;
    } catch {
      // The text stays in sight. Mermaid leaves what it could not draw at the end of the page.
      document.getElementById(`ddrawing-${index}`)?.remove();
    }
  }
}
