(() => {
  // A hand-over's picture leads to /inbox#CODE. The code goes into the field and out of the address before anything
  // else runs, so that neither the history nor a later page has it; no request ever held it.
  const field = '.st-key-inbox_code input';
  const shape = /^#[0-9A-Za-z-]{8,16}$/;
  let code = '';
  let watch = null;
  // Whoever is not signed in goes there first, and the code goes along, where no server sees it.
  const goBySignIn = async () => {
    const said = await fetch('/auth/inside').then((one) => one.text(), () => '');
    const query = new URLSearchParams({ lang: document.documentElement.lang, next: 'inbox' });
    if (code && said === 'out') location.replace(`/auth/sign-in?${query}#${code}`);
  };
  const forget = () => {
    code = '';
    watch?.disconnect();
    watch = null;
  };
  const fill = () => {
    const input = document.querySelector(field);
    if (!code || !input) return;
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(input, code);
    input.dispatchEvent(new Event('input', { bubbles: true }));
    forget();
    input.focus();
  };
  const take = () => {
    if (!/\/inbox\/?$/.test(location.pathname) || !shape.test(location.hash)) return;
    code = location.hash.slice(1);
    history.replaceState(history.state, '', location.pathname + location.search);
    watch ??= new MutationObserver(fill);
    watch.observe(document, { childList: true, subtree: true });
    setTimeout(forget, 60000);
    fill();
    goBySignIn();
  };
  take();
  addEventListener('hashchange', take);
  document.addEventListener('focusin', (one) => {
    if (!one.target.matches?.(field)) return;
    one.target.spellcheck = false;
    one.target.setAttribute('autocapitalize', 'characters');
    one.target.setAttribute('autocorrect', 'off');
  });
})();
