(() => {
  // A hand-over's picture was opened before the sign-in. Its code leaves the address, waits here, and goes along with
  // each step to the inbox behind a #, which browsers keep to themselves.
  if (!/^#[0-9A-Za-z-]{8,16}$/.test(location.hash)) return;
  const code = location.hash;
  history.replaceState(null, '', location.pathname + location.search);
  const along = (address) => address.split('#')[0] + code;
  const goOn = async () => {
    const said = await fetch('/auth/inside').then((one) => one.text(), () => '');
    if (said === 'in') location.replace(along(`/inbox?lang=${document.documentElement.lang}`));
  };
  for (const one of document.querySelectorAll('[data-waits]')) one.hidden = false;
  document.addEventListener('submit', (one) => {
    one.target.action = along(one.target.action);
  });
  for (const link of document.querySelectorAll('nav a')) {
    link.addEventListener('click', () => {
      link.href = along(link.href);
    });
  }
  // A provider's page could read what stands behind the #; so it opens beside this one, which goes on by itself.
  for (const link of document.querySelectorAll('a[href^="/auth/account"]')) {
    link.target = '_blank';
    link.rel = 'noopener';
  }
  document.addEventListener('visibilitychange', () => document.hidden || goOn());
  goOn();
})();
