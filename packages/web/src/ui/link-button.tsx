import { Button, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes } from 'react';

type AnchorProps = ButtonProps & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof ButtonProps>;

/** A link that looks like a button, because it leads to an act. Takes `to`, `params` and `search` like a Link. */
export const LinkButton = createLink((props: AnchorProps) => <Button component="a" {...props} />);
