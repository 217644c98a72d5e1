import { icons } from 'virtual:icons';
import type { IconName } from './icon-names.ts';

type IconProps = { name: IconName; size?: number; className?: string };

/** A picture beside words. It has no name of its own: a button with an icon alone needs an aria-label. */
export function Icon({ name, size = 18, className }: IconProps) {
  return (
    <svg
      aria-hidden="true"
      className={className}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      style={{ flex: 'none', display: 'block' }}
      // biome-ignore lint/security/noDangerouslySetInnerHtml: The markup comes from the icon package at build time.
      dangerouslySetInnerHTML={{ __html: icons[name] ?? '' }}
    />
  );
}
