// A week with the types that were generated from the description: strictly compiled, against a real service.
import { readFileSync } from "node:fs";
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Schemas = components["schemas"];

const [url = "", token = "", file = ""] = process.argv.slice(2);
const program = "in_typescript";
const client = createClient<paths>({ baseUrl: url, headers: { Authorization: `Bearer ${token}` } });
const instance = JSON.parse(readFileSync(file, "utf8")) as Schemas["Instance"];
const monday = instance.monday;
const inWeek = { path: { program, monday } };

function expect<T>(answer: { data?: T; error?: unknown }): T {
  if (answer.data === undefined) throw new Error(JSON.stringify(answer.error));
  return answer.data;
}

expect(await client.POST("/v1/programs", { body: { id: program, zone: instance.program.zone } }));
expect(await client.POST("/v1/programs/{program}/import", { params: { path: { program } }, body: instance }));
expect(
  await client.POST("/v1/programs/{program}/participants", {
    params: { path: { program } },
    body: { id: "p99", label: "N. N.", status: "waiting", availability: { weekly: [] } },
  }),
);
const people = expect(await client.GET("/v1/programs/{program}/participants", { params: { path: { program } } }));
if (people.items.map((entry) => entry.document.id).join() !== "p01,p02,p99") throw new Error("other people");

const book = expect(await client.GET("/v1/workbooks/example", { parseAs: "blob" })) as unknown as Blob;
const preview = expect(
  await client.POST("/v1/programs/{program}/workbook/preview", {
    params: { path: { program } },
    body: { file: "week.xlsx" },
    bodySerializer: () => {
      const form = new FormData();
      form.append("file", book, "week.xlsx");
      return form;
    },
  }),
);
if (!preview.num_differences) throw new Error("no differences");

let job = expect(
  await client.POST("/v1/programs/{program}/weeks/{monday}/generate", { params: { ...inWeek, query: { seconds: 10 } } }),
);
while (!job.finished_at || !job.roster) {
  if (job.state === "failed") throw new Error(JSON.stringify(job.error));
  await new Promise((go) => setTimeout(go, 200));
  job = expect(await client.GET("/v1/jobs/{job}", { params: { path: { job: job.id } } }));
}
const week = await client.GET("/v1/programs/{program}/weeks/{monday}", { params: inWeek });
const etag = week.response.headers.get("ETag") ?? "";
const published = expect(
  await client.POST("/v1/programs/{program}/weeks/{monday}/rosters/{roster}/publish", {
    params: { path: { program, monday, roster: job.roster }, header: { "If-Match": etag } },
    body: {},
  }),
);
if (!published.published) throw new Error("not published");

const warning = expect(await client.GET("/v1/programs/{program}/feeds/warning", { params: { path: { program } } }));
const feed = expect(
  await client.POST("/v1/programs/{program}/feeds", {
    params: { path: { program } },
    body: { participant: "p01", warning: warning.version },
  }),
);
const calendar = await (await fetch(feed.links.https)).text();
if (!calendar.startsWith("BEGIN:VCALENDAR")) throw new Error(calendar);

const view = expect(await client.GET("/v1/programs/{program}/weeks/{monday}/published", { params: inWeek }));
const marks: Schemas["AttendanceItem"][] = (view.sessions ?? []).flatMap((session) =>
  (session.bookings ?? []).map((booking) => ({ session: session.id, participant: booking.participant, status: "excused" })),
);
const made = expect(
  await client.POST("/v1/programs/{program}/weeks/{monday}/attendance", { params: inWeek, body: { items: marks } }),
);
if (made.items.length !== marks.length || marks.length === 0) throw new Error("not all were marked");
