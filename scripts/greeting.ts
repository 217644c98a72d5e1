// The few lines that say where Lastmile runs and how to get in.

type Started = { url: string; initialLogin: { username: string; password: string } | undefined };

export function greet({ url, initialLogin }: Started): void {
  console.log(`\nLastmile runs at ${url}`);
  if (initialLogin) {
    const { username, password } = initialLogin;
    console.log(`Sign in as ${username} with the password ${password} (on this machine only); it asks for a new one.`);
  }
  console.log('Ctrl-C stops it.\n');
}

export function greetToDemo({ url, login }: { url: string; login: { username: string; password: string } }): void {
  console.log(`\nThe DEMO of Lastmile runs at ${url}: simulated routers, invented customers, nothing real.`);
  console.log(`Sign in as ${login.username} with the password ${login.password}. Ctrl-C stops it.\n`);
}
