// The words on papers, in the languages of our letters.
import type { lineKinds } from '@lastmile/contract/billing.ts';
import type { statementKinds } from '@lastmile/contract/payments.ts';
import type { Language } from '#platform/languages.ts';

export type PaperWords = {
  invoice: string;
  creditNote: string;
  receipt: string;
  statement: string;
  number: string;
  issuedOn: string;
  dueOn: string;
  receivedOn: string;
  billTo: string;
  taxId: string;
  description: string;
  amount: string;
  /** What is charged of what the description names; empty where that says it all. */
  lineKinds: Record<(typeof lineKinds)[number], string>;
  net: string;
  tax: string;
  base: string;
  total: string;
  paid: string;
  open: string;
  credit: string;
  scan: string;
  howToPay: string;
  receivedFrom: string;
  method: string;
  methods: Record<'cash' | 'transfer' | 'card' | 'mobile_money' | 'other', string>;
  forInvoice: string;
  takenBy: string;
  page: (no: number, count: number) => string;
  states: { paid: string; void: string };
  balance: string;
  charged: string;
  opening: string;
  closing: string;
  /** Of a statement. */
  entries: Record<(typeof statementKinds)[number], string>;
  reason: string;
  ofInvoice: string;
  reversed: string;
};

export const paperWords: Record<Language, PaperWords> = {
  en: {
    invoice: 'Invoice',
    creditNote: 'Credit note',
    receipt: 'Receipt',
    statement: 'Statement',
    number: 'Number',
    issuedOn: 'Date',
    dueOn: 'Due',
    receivedOn: 'Received on',
    billTo: 'Bill to',
    taxId: 'Tax ID',
    description: 'Description',
    amount: 'Amount',
    lineKinds: {
      manual: '',
      recurring: '',
      stub: 'part of a period',
      setup: 'set-up',
      proration_credit: 'credit for unused days',
      proration_charge: 'rest of the period',
      late_fee: '',
    },
    net: 'Net',
    tax: 'Tax',
    base: 'Taxable',
    total: 'Total',
    paid: 'Paid',
    open: 'To pay',
    credit: 'Stays as credit',
    scan: 'Scan to pay',
    howToPay: 'How to pay',
    receivedFrom: 'Received from',
    method: 'Paid by',
    methods: { cash: 'Cash', transfer: 'Bank transfer', card: 'Card', mobile_money: 'Mobile money', other: 'Other' },
    forInvoice: 'For invoice',
    takenBy: 'Taken by',
    page: (no, count) => `Page ${no} of ${count}`,
    states: { paid: 'PAID', void: 'VOID' },
    balance: 'Balance',
    charged: 'Charged',
    opening: 'Balance before',
    closing: 'Balance after',
    entries: {
      invoice: 'Invoice',
      payment: 'Payment',
      credit_note: 'Credit note',
      refund: 'Refund',
      reversal: 'Payment undone',
      void: 'Invoice voided',
      write_off: 'Written off',
      other: 'Other',
    },
    reason: 'Reason',
    ofInvoice: 'For invoice',
    reversed: 'REVERSED',
  },
  es: {
    invoice: 'Factura',
    creditNote: 'Nota de crédito',
    receipt: 'Recibo',
    statement: 'Estado de cuenta',
    number: 'Número',
    issuedOn: 'Fecha',
    dueOn: 'Vence',
    receivedOn: 'Recibido el',
    billTo: 'Cliente',
    taxId: 'NIF',
    description: 'Descripción',
    amount: 'Importe',
    lineKinds: {
      manual: '',
      recurring: '',
      stub: 'parte de un período',
      setup: 'instalación',
      proration_credit: 'abono por los días sin usar',
      proration_charge: 'resto del período',
      late_fee: '',
    },
    net: 'Neto',
    tax: 'Impuesto',
    base: 'Base',
    total: 'Total',
    paid: 'Pagado',
    open: 'A pagar',
    credit: 'Queda como saldo a favor',
    scan: 'Escanee para pagar',
    howToPay: 'Cómo pagar',
    receivedFrom: 'Recibido de',
    method: 'Forma de pago',
    methods: {
      cash: 'Efectivo',
      transfer: 'Transferencia',
      card: 'Tarjeta',
      mobile_money: 'Dinero móvil',
      other: 'Otra',
    },
    forInvoice: 'Por la factura',
    takenBy: 'Cobrado por',
    page: (no, count) => `Página ${no} de ${count}`,
    states: { paid: 'PAGADA', void: 'ANULADA' },
    balance: 'Saldo',
    charged: 'Cargo',
    opening: 'Saldo anterior',
    closing: 'Saldo final',
    entries: {
      invoice: 'Factura',
      payment: 'Pago',
      credit_note: 'Nota de crédito',
      refund: 'Devolución',
      reversal: 'Pago anulado',
      void: 'Factura anulada',
      write_off: 'Dado por perdido',
      other: 'Otro',
    },
    reason: 'Motivo',
    ofInvoice: 'De la factura',
    reversed: 'ANULADO',
  },
  fr: {
    invoice: 'Facture',
    creditNote: 'Avoir',
    receipt: 'Reçu',
    statement: 'Relevé de compte',
    number: 'Numéro',
    issuedOn: 'Date',
    dueOn: 'Échéance',
    receivedOn: 'Reçu le',
    billTo: 'Client',
    taxId: 'N° fiscal',
    description: 'Description',
    amount: 'Montant',
    lineKinds: {
      manual: '',
      recurring: '',
      stub: 'partie d’une période',
      setup: 'mise en service',
      proration_credit: 'avoir pour les jours non utilisés',
      proration_charge: 'reste de la période',
      late_fee: '',
    },
    net: 'Net',
    tax: 'Taxe',
    base: 'Base',
    total: 'Total',
    paid: 'Payé',
    open: 'À payer',
    credit: 'Reste en crédit',
    scan: 'Scannez pour payer',
    howToPay: 'Comment payer',
    receivedFrom: 'Reçu de',
    method: 'Mode de paiement',
    methods: {
      cash: 'Espèces',
      transfer: 'Virement',
      card: 'Carte',
      mobile_money: 'Paiement mobile',
      other: 'Autre',
    },
    forInvoice: 'Pour la facture',
    takenBy: 'Encaissé par',
    page: (no, count) => `Page ${no} sur ${count}`,
    states: { paid: 'PAYÉE', void: 'ANNULÉE' },
    balance: 'Solde',
    charged: 'Débit',
    opening: 'Solde précédent',
    closing: 'Solde final',
    entries: {
      invoice: 'Facture',
      payment: 'Paiement',
      credit_note: 'Avoir',
      refund: 'Remboursement',
      reversal: 'Paiement annulé',
      void: 'Facture annulée',
      write_off: 'Passé en perte',
      other: 'Autre',
    },
    reason: 'Motif',
    ofInvoice: 'Pour la facture',
    reversed: 'ANNULÉ',
  },
  pt: {
    invoice: 'Fatura',
    creditNote: 'Nota de crédito',
    receipt: 'Recibo',
    statement: 'Extrato de conta',
    number: 'Número',
    issuedOn: 'Data',
    dueOn: 'Vencimento',
    receivedOn: 'Recebido em',
    billTo: 'Cliente',
    taxId: 'N.º fiscal',
    description: 'Descrição',
    amount: 'Valor',
    lineKinds: {
      manual: '',
      recurring: '',
      stub: 'parte de um período',
      setup: 'instalação',
      proration_credit: 'crédito pelos dias não usados',
      proration_charge: 'resto do período',
      late_fee: '',
    },
    net: 'Líquido',
    tax: 'Imposto',
    base: 'Base',
    total: 'Total',
    paid: 'Pago',
    open: 'A pagar',
    credit: 'Fica como crédito',
    scan: 'Leia para pagar',
    howToPay: 'Como pagar',
    receivedFrom: 'Recebido de',
    method: 'Forma de pagamento',
    methods: {
      cash: 'Dinheiro',
      transfer: 'Transferência',
      card: 'Cartão',
      mobile_money: 'Dinheiro móvel',
      other: 'Outra',
    },
    forInvoice: 'Pela fatura',
    takenBy: 'Recebido por',
    page: (no, count) => `Página ${no} de ${count}`,
    states: { paid: 'PAGA', void: 'ANULADA' },
    balance: 'Saldo',
    charged: 'Débito',
    opening: 'Saldo anterior',
    closing: 'Saldo final',
    entries: {
      invoice: 'Fatura',
      payment: 'Pagamento',
      credit_note: 'Nota de crédito',
      refund: 'Reembolso',
      reversal: 'Pagamento anulado',
      void: 'Fatura anulada',
      write_off: 'Dado como perdido',
      other: 'Outro',
    },
    reason: 'Motivo',
    ofInvoice: 'Da fatura',
    reversed: 'ANULADO',
  },
};
