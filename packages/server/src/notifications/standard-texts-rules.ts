// What we write to people where the provider wrote nothing himself. Plain: it is read on small phones and by mail filters.
import type { messageKinds } from '@lastmile/contract/notifications.ts';
import type { Language } from '#platform/languages.ts';

export type MessageKind = (typeof messageKinds)[number];

type Texts = Record<MessageKind, { subject: string; lines: readonly string[] }> & {
  greeting: string;
  farewell: string;
};

export const standardTexts: Record<Language, Texts> = {
  en: {
    greeting: 'Hello {{customerName}},',
    farewell: 'Kind regards',
    invoice_issued: {
      subject: 'Invoice {{number}} of {{providerName}}',
      lines: ['your invoice {{number}} over {{amount}} is attached. Please pay it by {{dueOn}}.'],
    },
    reminder_before: {
      subject: 'Invoice {{number}} is due on {{dueOn}}',
      lines: [
        '{{amount}} of your invoice {{number}} are open and due on {{dueOn}}.',
        'If you have paid already, thank you: there is nothing to do.',
      ],
    },
    reminder_after: {
      subject: 'Invoice {{number}} is overdue',
      lines: [
        '{{amount}} of your invoice {{number}} were due on {{dueOn}} and have not reached us yet.',
        'Please pay soon, so that your connection stays on. If you cannot pay now, please talk to us.',
      ],
    },
    cut: {
      subject: 'Your connection is paused',
      lines: [
        'your connection is paused, because {{amount}} of your invoices are overdue, the oldest of them {{number}} since {{dueOn}}.',
        'It comes back by itself as soon as your payment has reached us.',
        '{{howToPay}}',
      ],
    },
    restored: {
      subject: 'Your connection is on again',
      lines: ['your connection is on again. If you are still offline, please switch your router off and on once.'],
    },
    receipt: {
      subject: 'We received your payment of {{amount}}',
      lines: ['thank you: we received your payment of {{amount}}.', 'Your receipt is attached.'],
    },
    alarm: { subject: 'Alarm: {{title}}', lines: ['{{title}}', '{{text}}'] },
    audit_root: {
      subject: 'The log of {{providerName}}: {{title}}',
      lines: ['{{text}}', 'Please keep this message: what it says cannot be changed on the server any more.'],
    },
    statement: {
      subject: 'Your statement of {{providerName}}',
      lines: ['your statement is attached: all that was charged and paid, with the balance.'],
    },
    data_near: {
      subject: 'Most of your data is used',
      lines: [
        'you have used {{used}} of the {{allowed}} of your plan {{planName}}. All of it is there again on {{renewsOn}}.',
      ],
    },
    data_slowed: {
      subject: 'Your connection is slower until {{renewsOn}}',
      lines: [
        'you have used the {{allowed}} of your plan {{planName}}, so your connection is slower now.',
        'It is as fast as before on {{renewsOn}} by itself. If you need more data until then, please talk to us.',
      ],
    },
    data_cut: {
      subject: 'Your data is used up until {{renewsOn}}',
      lines: [
        'you have used the {{allowed}} of your plan {{planName}}, so your connection is off now.',
        'It comes back on {{renewsOn}} by itself. If you need more data until then, please talk to us.',
      ],
    },
    test: {
      subject: 'Test message of {{providerName}}',
      lines: ['this message shows that mail reaches you. There is nothing to do.'],
    },
  },
  es: {
    greeting: 'Hola, {{customerName}}:',
    farewell: 'Un saludo',
    invoice_issued: {
      subject: 'Factura {{number}} de {{providerName}}',
      lines: ['adjuntamos su factura {{number}} por {{amount}}. Le rogamos que la pague hasta el {{dueOn}}.'],
    },
    reminder_before: {
      subject: 'La factura {{number}} vence el {{dueOn}}',
      lines: [
        'quedan {{amount}} por pagar de su factura {{number}}, que vence el {{dueOn}}.',
        'Si ya ha pagado, gracias: no tiene que hacer nada.',
      ],
    },
    reminder_after: {
      subject: 'La factura {{number}} está vencida',
      lines: [
        'su factura {{number}} venció el {{dueOn}} y todavía no hemos recibido {{amount}}.',
        'Le rogamos que pague pronto para que su conexión siga activa. Si ahora no puede pagar, hable con nosotros.',
      ],
    },
    cut: {
      subject: 'Su conexión está en pausa',
      lines: [
        'su conexión está en pausa porque hay facturas vencidas por {{amount}}; la más antigua es la {{number}}, que venció el {{dueOn}}.',
        'Volverá por sí sola en cuanto recibamos su pago.',
        '{{howToPay}}',
      ],
    },
    restored: {
      subject: 'Su conexión vuelve a estar activa',
      lines: ['su conexión vuelve a estar activa. Si todavía no funciona, apague y encienda su router una vez.'],
    },
    receipt: {
      subject: 'Hemos recibido su pago de {{amount}}',
      lines: ['gracias: hemos recibido su pago de {{amount}}.', 'Adjuntamos su recibo.'],
    },
    alarm: { subject: 'Alarma: {{title}}', lines: ['{{title}}', '{{text}}'] },
    audit_root: {
      subject: 'El registro de {{providerName}}: {{title}}',
      lines: ['{{text}}', 'Conserve este mensaje: lo que dice ya no se puede cambiar en el servidor.'],
    },
    statement: {
      subject: 'Su estado de cuenta de {{providerName}}',
      lines: ['adjuntamos su estado de cuenta: todo lo cargado y pagado, con el saldo.'],
    },
    data_near: {
      subject: 'Ha gastado la mayor parte de sus datos',
      lines: [
        'ha gastado {{used}} de los {{allowed}} de su plan {{planName}}. El {{renewsOn}} volverá a tenerlos todos.',
      ],
    },
    data_slowed: {
      subject: 'Su conexión es más lenta hasta el {{renewsOn}}',
      lines: [
        'ha gastado los {{allowed}} de su plan {{planName}}, por eso su conexión es ahora más lenta.',
        'El {{renewsOn}} volverá por sí sola a la velocidad de siempre. Si necesita más datos antes, hable con nosotros.',
      ],
    },
    data_cut: {
      subject: 'Ha gastado sus datos hasta el {{renewsOn}}',
      lines: [
        'ha gastado los {{allowed}} de su plan {{planName}}, por eso su conexión está ahora cortada.',
        'Volverá por sí sola el {{renewsOn}}. Si necesita más datos antes, hable con nosotros.',
      ],
    },
    test: {
      subject: 'Mensaje de prueba de {{providerName}}',
      lines: ['este mensaje muestra que el correo le llega. No tiene que hacer nada.'],
    },
  },
  fr: {
    greeting: 'Bonjour {{customerName}},',
    farewell: 'Cordialement',
    invoice_issued: {
      subject: 'Facture {{number}} de {{providerName}}',
      lines: [
        'vous trouverez ci-joint votre facture {{number}} de {{amount}}. Merci de la régler avant le {{dueOn}} inclus.',
      ],
    },
    reminder_before: {
      subject: 'La facture {{number}} est à payer pour le {{dueOn}}',
      lines: [
        'il reste {{amount}} à payer sur votre facture {{number}}, pour le {{dueOn}} au plus tard.',
        'Si vous avez déjà payé, merci : vous n’avez rien à faire.',
      ],
    },
    reminder_after: {
      subject: 'La facture {{number}} est en retard',
      lines: [
        'votre facture {{number}} était à payer pour le {{dueOn}} et nous n’avons pas encore reçu {{amount}}.',
        'Merci de payer rapidement pour que votre connexion reste active. Si vous ne pouvez pas payer maintenant, parlez-nous-en.',
      ],
    },
    cut: {
      subject: 'Votre connexion est suspendue',
      lines: [
        'votre connexion est suspendue, car {{amount}} de vos factures sont en retard ; la plus ancienne est la facture {{number}}, à payer pour le {{dueOn}}.',
        'Elle revient d’elle-même dès que votre paiement nous est parvenu.',
        '{{howToPay}}',
      ],
    },
    restored: {
      subject: 'Votre connexion est rétablie',
      lines: ['votre connexion est rétablie. Si elle ne fonctionne pas encore, éteignez puis rallumez votre routeur.'],
    },
    receipt: {
      subject: 'Nous avons reçu votre paiement de {{amount}}',
      lines: ['merci : nous avons bien reçu votre paiement de {{amount}}.', 'Votre reçu est joint à ce message.'],
    },
    alarm: { subject: 'Alarme : {{title}}', lines: ['{{title}}', '{{text}}'] },
    audit_root: {
      subject: 'Le journal de {{providerName}} : {{title}}',
      lines: ['{{text}}', 'Merci de conserver ce message : ce qu’il dit ne peut plus être changé sur le serveur.'],
    },
    statement: {
      subject: 'Votre relevé de compte de {{providerName}}',
      lines: ['vous trouverez ci-joint votre relevé de compte : tout ce qui a été facturé et payé, avec le solde.'],
    },
    data_near: {
      subject: 'Vous avez utilisé la plupart de vos données',
      lines: [
        'vous avez utilisé {{used}} sur les {{allowed}} de votre forfait {{planName}}. Ils seront de nouveau disponibles le {{renewsOn}}.',
      ],
    },
    data_slowed: {
      subject: 'Votre connexion est ralentie jusqu’au {{renewsOn}}',
      lines: [
        'vous avez utilisé les {{allowed}} de votre forfait {{planName}}, votre connexion est donc ralentie.',
        'Elle retrouvera d’elle-même sa vitesse le {{renewsOn}}. S’il vous faut plus de données d’ici là, parlez-nous-en.',
      ],
    },
    data_cut: {
      subject: 'Vos données sont épuisées jusqu’au {{renewsOn}}',
      lines: [
        'vous avez utilisé les {{allowed}} de votre forfait {{planName}}, votre connexion est donc coupée.',
        'Elle reviendra d’elle-même le {{renewsOn}}. S’il vous faut plus de données d’ici là, parlez-nous-en.',
      ],
    },
    test: {
      subject: 'Message d’essai de {{providerName}}',
      lines: ['ce message montre que le courrier vous parvient. Vous n’avez rien à faire.'],
    },
  },
  pt: {
    greeting: 'Olá, {{customerName}},',
    farewell: 'Com os melhores cumprimentos',
    invoice_issued: {
      subject: 'Fatura {{number}} de {{providerName}}',
      lines: ['enviamos em anexo a sua fatura {{number}} no valor de {{amount}}. Pedimos que a pague até {{dueOn}}.'],
    },
    reminder_before: {
      subject: 'A fatura {{number}} vence em {{dueOn}}',
      lines: [
        'faltam pagar {{amount}} da sua fatura {{number}}, que vence em {{dueOn}}.',
        'Se já pagou, obrigado: não precisa de fazer nada.',
      ],
    },
    reminder_after: {
      subject: 'A fatura {{number}} está em atraso',
      lines: [
        'a sua fatura {{number}} venceu em {{dueOn}} e ainda não recebemos {{amount}}.',
        'Pedimos que pague em breve, para que a sua ligação continue ativa. Se não puder pagar agora, fale connosco.',
      ],
    },
    cut: {
      subject: 'A sua ligação está suspensa',
      lines: [
        'a sua ligação está suspensa porque há faturas em atraso no valor de {{amount}}; a mais antiga é a {{number}}, que venceu em {{dueOn}}.',
        'Volta por si só assim que o seu pagamento nos chegar.',
        '{{howToPay}}',
      ],
    },
    restored: {
      subject: 'A sua ligação está de novo ativa',
      lines: ['a sua ligação está de novo ativa. Se ainda não funcionar, desligue e volte a ligar o seu router.'],
    },
    receipt: {
      subject: 'Recebemos o seu pagamento de {{amount}}',
      lines: ['obrigado: recebemos o seu pagamento de {{amount}}.', 'O seu recibo segue em anexo.'],
    },
    alarm: { subject: 'Alarme: {{title}}', lines: ['{{title}}', '{{text}}'] },
    audit_root: {
      subject: 'O registo de {{providerName}}: {{title}}',
      lines: ['{{text}}', 'Guarde esta mensagem: o que ela diz já não pode ser alterado no servidor.'],
    },
    statement: {
      subject: 'O seu extrato de conta de {{providerName}}',
      lines: ['enviamos em anexo o seu extrato de conta: tudo o que foi cobrado e pago, com o saldo.'],
    },
    data_near: {
      subject: 'Já usou a maior parte dos seus dados',
      lines: ['já usou {{used}} dos {{allowed}} do seu plano {{planName}}. Em {{renewsOn}} volta a ter todos.'],
    },
    data_slowed: {
      subject: 'A sua ligação está mais lenta até {{renewsOn}}',
      lines: [
        'já usou os {{allowed}} do seu plano {{planName}}, por isso a sua ligação está agora mais lenta.',
        'Volta por si só à velocidade normal em {{renewsOn}}. Se precisar de mais dados antes, fale connosco.',
      ],
    },
    data_cut: {
      subject: 'Os seus dados acabaram até {{renewsOn}}',
      lines: [
        'já usou os {{allowed}} do seu plano {{planName}}, por isso a sua ligação está agora cortada.',
        'Volta por si só em {{renewsOn}}. Se precisar de mais dados antes, fale connosco.',
      ],
    },
    test: {
      subject: 'Mensagem de teste de {{providerName}}',
      lines: ['esta mensagem mostra que o correio lhe chega. Não precisa de fazer nada.'],
    },
  },
};
