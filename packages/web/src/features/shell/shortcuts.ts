import { t } from '../../lib/words.ts';
import { showShortcuts } from '../../ui/shortcuts-help.tsx';

export function openShortcuts(): void {
  const mod = navigator.platform.startsWith('Mac') ? '⌘' : 'Ctrl';
  showShortcuts(t('shell.shortcuts.title'), [
    { keys: [mod, 'K'], does: t('shell.shortcuts.search') },
    { keys: ['↑', '↓'], does: t('shell.shortcuts.rows') },
    { keys: ['Enter'], does: t('shell.shortcuts.open') },
    { keys: [t('shell.shortcuts.space')], does: t('shell.shortcuts.choose') },
    { keys: [mod, 'Enter'], does: t('shell.shortcuts.submit') },
    { keys: ['Esc'], does: t('shell.shortcuts.close') },
    { keys: ['?'], does: t('shell.shortcuts.help') },
  ]);
}
