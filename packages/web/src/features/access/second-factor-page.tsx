import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { t } from '../../lib/words.ts';
import { Door } from './door.tsx';
import { signOut } from './queries.ts';
import { SecondFactorSetup } from './second-factor.tsx';

/** Where a role's rule leads who has no second factor yet. */
export function SecondFactorPage() {
  const navigate = useNavigate();
  return (
    <Door title={t('account.factor.requiredTitle')} text={t('account.factor.requiredText')}>
      <SecondFactorSetup onDone={() => void navigate({ to: '/', replace: true })} />
      <Button variant="subtle" px={0} mt="sm" onClick={() => void signOut()}>
        {t('shell.person.signOut')}
      </Button>
    </Door>
  );
}
