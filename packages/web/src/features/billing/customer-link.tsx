import { Anchor } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';
import { useCan } from '../../lib/session.ts';

type CustomerLinkProps = { customerId: string; name: string };

export function CustomerLink({ customerId, name }: CustomerLinkProps) {
  if (!useCan()('customer:read')) return name;
  const link = { to: '/customers/$customerId', params: { customerId } } as LinkProps;
  return (
    <Anchor renderRoot={(props) => <Link {...props} {...link} />} style={{ overflowWrap: 'anywhere' }}>
      {name}
    </Anchor>
  );
}
