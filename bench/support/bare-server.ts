/** A Fastify that parses the body and gives a fixed answer of the same length: what the wire and HTTP alone cost. */
import fastify from 'fastify';

const [, , port, answer = '{}'] = process.argv;
const app = fastify();
app.post('/predict', (_request, reply) => reply.type('application/json; charset=utf-8').send(answer));
await app.listen({ port: Number(port), host: '127.0.0.1' });
console.log('ready');
