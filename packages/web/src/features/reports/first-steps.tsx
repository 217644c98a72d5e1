import { Text } from '@mantine/core';
import { useCan } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Panel } from '../../ui/panel.tsx';
import classes from './home.module.css';

type FirstStepsProps = { done: { router: boolean; customer: boolean; invoice: boolean } };

/** On an empty installation: what comes next, until all of it was done once. */
export function FirstSteps({ done }: FirstStepsProps) {
  const can = useCan();
  const steps = [
    {
      name: 'router',
      isDone: done.router,
      act: can('router:write') && (
        <LinkButton to="/routers" search={{ open: 'new' }}>
          {t('home.steps.router.act')}
        </LinkButton>
      ),
    },
    {
      name: 'customer',
      isDone: done.customer,
      act: can('customer:write') && <LinkButton to="/customers/new">{t('home.steps.customer.act')}</LinkButton>,
    },
    {
      name: 'invoice',
      isDone: done.invoice,
      act: can('invoice:write') && <LinkButton to="/invoices/new">{t('home.steps.invoice.act')}</LinkButton>,
    },
  ] as const;
  const next = steps.find(({ isDone }) => !isDone);
  return (
    <Panel title={t('home.steps.title')}>
      <ol className={classes.steps}>
        {steps.map((step, index) => (
          <li key={step.name} className={classes.step} data-done={step.isDone || undefined}>
            <span className={classes.stepMark} aria-hidden="true">
              {step.isDone ? <Icon name="check" size={16} /> : index + 1}
            </span>
            <div>
              <Text fw={600}>{t(`home.steps.${step.name}.title`)}</Text>
              <Text c="dimmed">{step.isDone ? t('home.steps.done') : t(`home.steps.${step.name}.text`)}</Text>
            </div>
            {step === next && <div className={classes.stepAct}>{step.act}</div>}
          </li>
        ))}
      </ol>
    </Panel>
  );
}
