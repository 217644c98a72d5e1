export const settingsTabs = ['provider', 'operation', 'blocked', 'password', 'system'] as const;

export type SettingsTab = (typeof settingsTabs)[number];
