import { Tabs } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';

type TabStripProps = { value: string | undefined; children: ReactNode };

/** The tabs of a page. Where they do not fit, the open one is brought into sight, also when a link led to it. */
export function TabStrip({ value, children }: TabStripProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const open = list.current?.querySelector(`[role="tab"][aria-selected="true"]`);
    // Instead of scrollIntoView, which would move the page, too.
    if (value && open instanceof HTMLElement && list.current)
      list.current.scrollLeft = open.offsetLeft - (list.current.clientWidth - open.clientWidth) / 2;
  }, [value]);
  return (
    <Tabs.List ref={list} mb="md">
      {children}
    </Tabs.List>
  );
}
