import { Button } from '@mantine/core';
import { useState } from 'react';
import { t } from '../../lib/words.ts';
import { notifyFailed } from '../../ui/notify.ts';
import { printVouchers, type Sale } from './queries.ts';
import { smsLink } from './sms-link.ts';

type SendButtonProps = { sale: Sale; loginUrl: string | null };

/** The codes as a text on the cashier's own phone, or another program of his. Counted as a ticket is. */
export function SendButton({ sale, loginUrl }: SendButtonProps) {
  const [isBusy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    try {
      const tickets = await printVouchers(
        sale.vouchers.map(({ id }) => id),
        'text',
      );
      const text = tickets.map(({ code, packageName }) => textOf(code, packageName, loginUrl)).join('\n');
      window.location.href = smsLink(sale.vouchers[0]?.customerPhone, text);
    } catch (error) {
      notifyFailed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button variant="default" size="md" loading={isBusy} onClick={() => void send()}>
      {t('vouchers.sold.send')}
    </Button>
  );
}

function textOf(code: string, name: string, loginUrl: string | null): string {
  const words = t('vouchers.sold.text', { code, name });
  return loginUrl ? `${words} ${loginUrl}?username=${code}&password=${code}` : words;
}
