import { t } from '../../lib/words.ts';
import { EditDrawer } from '../../ui/edit-drawer.tsx';
import { PackageForm } from './package-form.tsx';
import { packageById } from './queries.ts';

/** `open` is the package's id, 'new', or undefined while nothing is open. */
export function PackageDrawer({ open, onClose }: { open: string | undefined; onClose: () => void }) {
  return (
    <EditDrawer
      open={open}
      titles={{ add: t('vouchers.packages.form.addTitle'), edit: t('vouchers.packages.form.editTitle') }}
      byId={packageById}
      onClose={onClose}
    >
      {(offered, onReload) => <PackageForm offered={offered} onDone={onClose} onReload={onReload} />}
    </EditDrawer>
  );
}
