/**
 * Light or dark: as the system has it, until the button is pressed. Paper is light.
 *
 * @param redraw called whenever the colours change
 */
export function followTheme(button: HTMLButtonElement, redraw: () => void): void {
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (root.dataset['theme'] ?? (system.matches ? 'dark' : 'light')) === 'dark';
  const changed = () => {
    button.textContent = isDark() ? 'Light colours' : 'Dark colours';
    redraw();
  };
  button.hidden = false;
  button.addEventListener('click', () => {
    root.dataset['theme'] = isDark() ? 'light' : 'dark';
    changed();
  });
  system.addEventListener('change', changed);

  let before: string | undefined;
  addEventListener('beforeprint', () => {
    before = root.dataset['theme'];
    root.dataset['theme'] = 'light';
    root.dataset['print'] = '';
    changed();
  });
  addEventListener('afterprint', () => {
    if (before === undefined) delete root.dataset['theme'];
    else root.dataset['theme'] = before;
    delete root.dataset['print'];
    changed();
  });
  changed();
}
