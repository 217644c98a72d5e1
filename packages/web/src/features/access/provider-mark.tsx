import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { logoUrl, sessionQuery } from '../../lib/session.ts';
import classes from './provider-mark.module.css';

/** Whose house this is: logo and name. */
export function ProviderMark() {
  const { data, dataUpdatedAt } = useSuspenseQuery(sessionQuery);
  const { name, hasLogo } = data.provider;
  const [missing, setMissing] = useState<number | null>(null);
  return (
    <span className={classes.mark}>
      {hasLogo && missing !== dataUpdatedAt && (
        // The name stands beside it, so the picture itself needs none.
        <img className={classes.logo} src={logoUrl(dataUpdatedAt)} alt="" onError={() => setMissing(dataUpdatedAt)} />
      )}
      <span className={classes.name} title={name}>
        {name}
      </span>
    </span>
  );
}
