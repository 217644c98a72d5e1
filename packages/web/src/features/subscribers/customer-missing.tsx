import { ApiError } from '../../lib/api.ts';
import { t } from '../../lib/words.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { PageHead } from '../../ui/page-head.tsx';

/** Instead of a customer who could not be loaded. */
export function CustomerMissing({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  // An id that is none (400) is an old or broken link, like one that nobody has (404).
  const isUnknown = error instanceof ApiError && [400, 404].includes(error.status);
  return (
    <>
      <PageHead title={t('customers.one')} />
      {isUnknown ? (
        <EmptyState icon="unlink" title={t('customers.unknownTitle')} text={t('customers.unknownText')}>
          <LinkButton variant="default" to="/customers">
            {t('customers.showAll')}
          </LinkButton>
        </EmptyState>
      ) : (
        <ErrorState error={error} onRetry={onRetry} />
      )}
    </>
  );
}
