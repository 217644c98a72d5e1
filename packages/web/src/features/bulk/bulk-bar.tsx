import { bulkPermissions } from '@lastmile/contract/bulk-kinds.ts';
import { Button, Group, Menu, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { ChoiceBar } from '../../ui/choice-bar.tsx';
import { FormDrawer } from '../../ui/form-drawer.tsx';
import { Icon } from '../../ui/icon.tsx';
import type { IconName } from '../../ui/icon-names.ts';
import type { ChosenCustomers } from '../subscribers/customer-table.tsx';
import { type CustomersSearch, filterOf } from '../subscribers/customers-search.ts';
import { BulkForm } from './bulk-form.tsx';
import { askWords } from './bulk-words.ts';
import { type BulkKind, bulkPreview, type Whom } from './queries.ts';

const first: readonly BulkKind[] = ['suspend', 'activate', 'sync'];
const others: readonly BulkKind[] = ['move', 'change_plan', 'tag', 'untag', 'disconnect'];
const icons: Record<BulkKind, IconName> = {
  suspend: 'ban',
  activate: 'circle-check',
  sync: 'refresh',
  move: 'arrow-right',
  change_plan: 'package',
  tag: 'plus',
  untag: 'x',
  disconnect: 'unlink',
};

type BulkBarProps = {
  choice: ChosenCustomers;
  search: CustomersSearch;
  /** There are more pages than the one that is shown. */
  hasMore: boolean;
  onStarted: (jobId: string) => void;
};

/** As long as somebody is chosen: what can be done with all of them. */
export function BulkBar({ choice, search, hasMore, onStarted }: BulkBarProps) {
  const can = useCan();
  const [isEverybody, setEverybody] = useState(false);
  const [kind, setKind] = useState<BulkKind>();
  const whom: Whom = isEverybody ? { filter: filterOf(search) } : { customerIds: [...choice.ids] };
  const clear = () => {
    setEverybody(false);
    choice.clear();
  };
  // Unticking one by hand is to choose again.
  if (isEverybody && !choice.isPageChosen) setEverybody(false);
  if (choice.ids.length === 0) return null;
  const may = (one: BulkKind) => can(bulkPermissions[one]);
  return (
    <>
      <ChoiceBar
        count={choice.ids.length}
        onClear={clear}
        words={
          <>
            <Counted whom={whom} count={choice.ids.length} />
            {choice.isPageChosen && hasMore && !isEverybody && (
              <Button size="compact-sm" variant="subtle" onClick={() => setEverybody(true)}>
                {t('bulk.bar.takeEverybody')}
              </Button>
            )}
          </>
        }
      >
        <Group gap="xs">
          {first.filter(may).map((one) => (
            <Button
              key={one}
              size="compact-sm"
              variant="default"
              leftSection={<Icon name={icons[one]} size={16} />}
              onClick={() => setKind(one)}
            >
              {t(`bulk.acts.${one}`)}
            </Button>
          ))}
          <OtherActs kinds={others.filter(may)} onChoose={setKind} />
        </Group>
      </ChoiceBar>
      <BulkDrawer
        kind={kind}
        whom={whom}
        fromRouterId={isEverybody ? search.routerId : undefined}
        onClose={() => setKind(undefined)}
        onStarted={(jobId) => {
          setKind(undefined);
          clear();
          onStarted(jobId);
        }}
      />
    </>
  );
}

function Counted({ whom, count }: { whom: Whom; count: number }) {
  const format = useFormat();
  const { data } = useQuery({ ...bulkPreview('tag', whom), enabled: Boolean(whom.filter) });
  const total = whom.filter ? data?.total : count;
  if (total === undefined) return <Text fw={600}>{t('bulk.whom.counting')}</Text>;
  return (
    <Text fw={600} role="status">
      {t(whom.filter ? 'bulk.bar.everybody' : 'bulk.bar.chosen', { count: total, number: format.number(total) })}
    </Text>
  );
}

function OtherActs({ kinds, onChoose }: { kinds: readonly BulkKind[]; onChoose: (kind: BulkKind) => void }) {
  if (kinds.length === 0) return null;
  return (
    <Menu>
      <Menu.Target>
        <Button size="compact-sm" variant="default" rightSection={<Icon name="chevron-down" size={16} />}>
          {t('bulk.bar.more')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {kinds.map((one) => (
          <Menu.Item key={one} leftSection={<Icon name={icons[one]} size={16} />} onClick={() => onChoose(one)}>
            {t(`bulk.acts.${one}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

type BulkDrawerProps = {
  kind: BulkKind | undefined;
  whom: Whom;
  fromRouterId: string | undefined;
  onClose: () => void;
  onStarted: (jobId: string) => void;
};

function BulkDrawer({ kind, ...form }: BulkDrawerProps) {
  const format = useFormat();
  const { data } = useQuery({ ...bulkPreview(kind ?? 'tag', form.whom), enabled: kind !== undefined });
  const count = data?.total ?? form.whom.customerIds?.length;
  const title = kind && (count === undefined ? t(`bulk.acts.${kind}`) : askWords(kind, count, format.number(count)));
  return (
    <FormDrawer opened={kind !== undefined} title={title ?? ''} onClose={form.onClose}>
      {kind && <BulkForm kind={kind} {...form} />}
    </FormDrawer>
  );
}
