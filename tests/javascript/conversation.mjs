// Holds a conversation with a server through OpenAI's JavaScript client, and prints what came of it as JSON.
// tests/test_api_openai_javascript.py has the same conversation in Python. argv: address, key, turns as JSON.
import OpenAI, { NotFoundError, AuthenticationError } from "openai";

const [address, key, given] = process.argv.slice(2);
const turns = JSON.parse(given);
const client = new OpenAI({ baseURL: `${address}/v1`, apiKey: key, maxRetries: 0 });

async function whole(messages) {
  const reply = await client.chat.completions.create({ model: "danchung", messages });
  const { content, annotations } = reply.choices[0].message;
  return {
    content,
    reason: reply.choices[0].finish_reason,
    marks: annotations.map((one) => [one.url_citation.start_index, one.url_citation.end_index, one.url_citation.quote]),
    abstained: reply.danchung.abstained,
    tokens: reply.usage.total_tokens,
  };
}

async function streamed(messages) {
  const asked = { model: "danchung", messages, stream: true, stream_options: { include_usage: true } };
  const said = { content: "", reason: null, tokens: 0 };
  for await (const chunk of await client.chat.completions.create(asked)) {
    said.content += chunk.choices[0]?.delta.content ?? "";
    said.reason = chunk.choices[0]?.finish_reason ?? said.reason;
    said.tokens = chunk.usage?.total_tokens ?? said.tokens;
  }
  return said;
}

async function refusal(kind, promise) {
  try {
    await promise;
    return "none";
  } catch (error) {
    return error instanceof kind ? [error.status, error.code ?? null] : String(error);
  }
}

const messages = [];
const answers = [];
for (const turn of turns) {
  messages.push({ role: "user", content: turn });
  const answer = await whole(messages);
  answers.push({ ...answer, streamed: await streamed(messages) });
  messages.push({ role: "assistant", content: answer.content });
}
const models = [];
for await (const model of client.models.list()) models.push(model.id);
const embedded = await client.embeddings.create({ model: models[1], input: turns });
const stranger = new OpenAI({ baseURL: `${address}/v1`, apiKey: "wrong", maxRetries: 0 });
const refused = [
  await refusal(NotFoundError, client.chat.completions.create({ model: "gpt-4o", messages })),
  await refusal(AuthenticationError, stranger.models.list()),
];
console.log(JSON.stringify({ answers, models, vectors: embedded.data.map((one) => Array.from(one.embedding)), refused }));
