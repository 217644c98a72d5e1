import { t } from '../../lib/words.ts';
import { EditDrawer } from '../../ui/edit-drawer.tsx';
import { type Router, routerById } from './queries.ts';
import { RouterForm } from './router-form.tsx';
import type { RouterUser } from './router-guide.tsx';

type RouterDrawerProps = {
  /** The router's id, 'new', or undefined while nothing is open. */
  open: string | undefined;
  user?: RouterUser;
  /** Where a new one is offered to stand. */
  locationId?: string;
  onClose: () => void;
  onDone: (router: Router) => void;
};

export function RouterDrawer({ open, user, locationId, onClose, onDone }: RouterDrawerProps) {
  return (
    <EditDrawer
      open={open}
      titles={{ add: t('routers.form.addTitle'), edit: t('routers.form.editTitle') }}
      byId={routerById}
      onClose={onClose}
    >
      {(router, onReload) => (
        <RouterForm router={router} user={user} locationId={locationId} onDone={onDone} onReload={onReload} />
      )}
    </EditDrawer>
  );
}
