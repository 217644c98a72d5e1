// What nobody outside MikroTik has confirmed. Each is a choice with a default, so that software can be tried against both ways.

export interface Assumptions {
  /** The text for a second /ppp/profile or /ip/hotspot/user/profile of the same name was never captured. */
  duplicateProfile: string;
  /** Whether two secrets may share a name when their `service` differs. */
  secretPerService: boolean;
  /** What happens to the secrets of a profile that is removed: they keep a dangling `*3`, or the removal is refused. */
  removeUsedProfile: 'dangling' | 'refused';
  /** The same question for a pool that a profile names. */
  removeUsedPool: 'dangling' | 'refused';
  /** With `only-one=yes`, which of two sessions stays. */
  onlyOneKeeps: 'old' | 'new';
  /** Whether a changed rate-limit of a hotspot profile reaches sessions that are already running. */
  hotspotRateAppliesAtOnce: boolean;
  /** Since 7.21 print knows `show-sensitive`; whether the API hides passwords without it is unknown. */
  passwordsNeedShowSensitive: boolean;
  /** How `password` looks to a user without the `sensitive` policy. */
  hiddenPassword: 'absent' | 'stars';
  /** Whether `?disabled` is a test of the flag or of its mere presence. */
  flagQuery: 'truth' | 'presence';
  /** Whether a unique beginning of an object's name is accepted where the name is expected. */
  prefixMatch: boolean;
  /** The text that refuses an unknown command in a known menu. */
  unknownCommand: string;
  /** Both texts were seen for a user whose group lacks the `api` policy. */
  noApiPolicy: 'not allowed (9)' | 'std failure: not allowed (9)';
  /** Nobody published what the connection beyond `max-sessions` of /ip/service sees; true closes it without a word. */
  enforceMaxSessions: boolean;
  /** A row that only its owner (the system) may change. */
  builtInRow: string;
  dynamicRow: string;
}

export const defaultAssumptions: Readonly<Assumptions> = {
  duplicateProfile: 'failure: already have profile with such name',
  secretPerService: false,
  removeUsedProfile: 'dangling',
  removeUsedPool: 'dangling',
  onlyOneKeeps: 'old',
  hotspotRateAppliesAtOnce: false,
  passwordsNeedShowSensitive: false,
  hiddenPassword: 'absent',
  flagQuery: 'truth',
  prefixMatch: false,
  unknownCommand: 'no such command',
  noApiPolicy: 'not allowed (9)',
  enforceMaxSessions: false,
  builtInRow: 'failure: can not change builtin',
  dynamicRow: 'failure: can not change dynamic',
};
