import { ActionIcon, Button, Menu } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useCan, useFormat } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Icon } from '../../ui/icon.tsx';
import type { IconName } from '../../ui/icon-names.ts';
import { LinkButton } from '../../ui/link-button.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { CustomerLink } from './customer-link.tsx';
import { askToDeleteDraft, askToIssue, askToMail, askToVoid, askToWriteOff } from './invoice-acts.tsx';
import { InvoiceBadge } from './invoice-state.tsx';
import { nameOfInvoice } from './invoice-words.ts';
import type { InvoiceDetail } from './queries.ts';

type InvoiceHeadProps = { invoice: InvoiceDetail; onPay: () => void; onCredit: () => void };

/** Whose invoice, in which state, and what can be done with it. */
export function InvoiceHead({ invoice, onPay, onCredit }: InvoiceHeadProps) {
  return (
    <PageHead
      title={nameOfInvoice(invoice)}
      badge={<InvoiceBadge invoice={invoice} />}
      about={<CustomerLink customerId={invoice.customerId} name={invoice.customerName} />}
    >
      <MainAct invoice={invoice} onPay={onPay} />
      {invoice.status === 'draft' ? <EditButton invoice={invoice} /> : <PaperButton invoice={invoice} />}
      <MoreActs invoice={invoice} onCredit={onCredit} />
    </PageHead>
  );
}

function MainAct({ invoice, onPay }: Pick<InvoiceHeadProps, 'invoice' | 'onPay'>) {
  const can = useCan();
  const format = useFormat();
  const { status } = invoice;
  if (status === 'draft' && can('invoice:write'))
    return (
      <Button leftSection={<Icon name="check" size={16} />} onClick={() => askToIssue(format, invoice)}>
        {t('invoices.issueDraft.act')}
      </Button>
    );
  // What was given up is paid after all, now and then.
  if ((status === 'open' || status === 'uncollectible') && can('payment:record'))
    return (
      <Button leftSection={<Icon name="cash" size={16} />} onClick={onPay}>
        {t('invoices.payment.act')}
      </Button>
    );
  return null;
}

function EditButton({ invoice }: { invoice: InvoiceDetail }) {
  if (!useCan()('invoice:write')) return null;
  return (
    <LinkButton
      variant="default"
      to="/invoices/$invoiceId/edit"
      params={{ invoiceId: invoice.id }}
      leftSection={<Icon name="pencil" size={16} />}
    >
      {t('invoices.edit.act')}
    </LinkButton>
  );
}

function PaperButton({ invoice }: { invoice: InvoiceDetail }) {
  return (
    <Button
      variant="default"
      component="a"
      href={`/api/invoices/${invoice.id}/pdf`}
      target="_blank"
      rel="noreferrer"
      leftSection={<Icon name="file-invoice" size={16} />}
    >
      {t('invoices.page.pdf')}
    </Button>
  );
}

type Act = { label: string; icon: IconName; run: () => void; isDangerous?: boolean; whyNot?: string | undefined };

function useMoreActs({ invoice, onCredit }: Pick<InvoiceHeadProps, 'invoice' | 'onCredit'>): Act[] {
  const can = useCan();
  const format = useFormat();
  const navigate = useNavigate();
  if (!can('invoice:write')) return [];
  const { status, settledMinor, creditedMinor, amountMinor } = invoice;
  const remove: Act = {
    label: t('invoices.deleteDraft.act'),
    icon: 'trash',
    run: () => askToDeleteDraft(format, invoice, () => void navigate({ to: '/invoices' })),
    isDangerous: true,
  };
  const mail: Act = { label: t('invoices.mail.act'), icon: 'mail', run: () => askToMail(invoice) };
  const credit: Act = { label: t('invoices.credit.act'), icon: 'receipt', run: onCredit };
  const writeOff: Act = {
    label: t('invoices.writeOff.act'),
    icon: 'circle-x',
    run: () => askToWriteOff(format, invoice),
    isDangerous: true,
  };
  const isTouched = settledMinor !== '0' || creditedMinor !== '0';
  const voidIt: Act = {
    label: t('invoices.void.short'),
    icon: 'ban',
    run: () => askToVoid(format, invoice),
    isDangerous: true,
    whyNot: isTouched ? t('invoices.void.notPaid') : undefined,
  };
  const hasRest = creditedMinor !== amountMinor;
  if (status === 'draft') return [remove];
  if (status === 'open') return [mail, credit, writeOff, voidIt];
  if (status === 'paid') return hasRest ? [mail, credit] : [mail];
  return status === 'uncollectible' ? [voidIt] : [];
}

function MoreActs(props: Pick<InvoiceHeadProps, 'invoice' | 'onCredit'>) {
  const acts = useMoreActs(props);
  if (acts.length === 0) return null;
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon variant="default" size={36} aria-label={t('invoices.page.more')}>
          <Icon name="dots" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {acts.map(({ label, icon, run, isDangerous, whyNot }) => (
          <Menu.Item
            key={label}
            color={isDangerous ? 'var(--mantine-color-error)' : undefined}
            leftSection={<Icon name={icon} size={16} />}
            disabled={whyNot !== undefined}
            title={whyNot}
            onClick={run}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
