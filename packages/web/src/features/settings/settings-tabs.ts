export const settingsTabs = [
  'provider',
  'documents',
  'messages',
  'operation',
  'billing',
  'taxes',
  'blocked',
  'password',
  'system',
] as const;

export type SettingsTab = (typeof settingsTabs)[number];
