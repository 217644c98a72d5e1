export const settingsTabs = ['provider', 'operation', 'documents', 'blocked', 'password', 'system'] as const;

export type SettingsTab = (typeof settingsTabs)[number];
