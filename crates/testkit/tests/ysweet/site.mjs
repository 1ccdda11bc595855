// A site that gives its readers tokens of a y-sweet server, as sites do that use it: PORT SERVER TOKEN. The path says
// what a token is good for.

import { createServer } from 'node:http';

const [port, server, token] = process.argv.slice(2);

async function ask(path, body) {
  const answer = await fetch(`http://127.0.0.1:${server}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  return { status: answer.status, text: await answer.text() };
}

createServer(async (request, response) => {
  const authorization = request.url.slice(1);
  let text = '';
  for await (const piece of request.setEncoding('utf8')) text += piece;
  if (!['full', 'read-only'].includes(authorization)) return response.writeHead(403).end();
  const { docId } = JSON.parse(text);
  const made = await ask('doc/new', { docId }).catch(() => ({ status: 502 }));
  if (made.status !== 200) return response.writeHead(made.status).end();
  const given = await ask(`doc/${docId}/auth`, { authorization, validForSeconds: 60 });
  response.writeHead(given.status, { 'content-type': 'application/json' }).end(given.text);
}).listen(Number(port), '127.0.0.1');
