export const settingsTabs = ['provider', 'operation', 'password', 'system'] as const;

export type SettingsTab = (typeof settingsTabs)[number];
