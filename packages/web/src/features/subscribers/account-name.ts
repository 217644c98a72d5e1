/** "Zoë van der Berg" reads well as "zoe.van.der.berg"; empty where none of its letters are Latin. */
export function suggestedAccountName(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/['’]/g, '')
    .replace(/[^a-z0-9]+/g, '.')
    .replace(/^\.|\.$/g, '')
    .slice(0, 40)
    .replace(/\.$/, '');
}
