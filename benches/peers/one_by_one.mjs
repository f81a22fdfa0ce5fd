// One activity at a time, as a webhook handler would: look the person up, write the
// Task. Ten are under way at once.
import { readFileSync } from "node:fs";
import jsforce from "jsforce";

const [instanceUrl, file] = process.argv.slice(2);
const activities = JSON.parse(readFileSync(file, "utf8"));
const connection = new jsforce.Connection({
  instanceUrl,
  accessToken: process.env.SALESFORCE_TOKEN,
  version: "60.0",
});

async function deliver({ email }) {
  const found = await connection.query(
    `SELECT Id, AccountId, Account.OwnerId FROM Contact WHERE Email = '${email}' ORDER BY CreatedDate, Id LIMIT 2`,
  );
  const contact = found.records[0];
  const task = await connection.sobject("Task").create({
    Subject: "SafeBase: File Downloaded",
    WhoId: contact.Id,
    WhatId: contact.AccountId,
    OwnerId: contact.Account.OwnerId,
    Status: "Completed",
    Priority: "Normal",
    ActivityDate: "2026-11-28",
    Description: `Visitor: ${email}`,
  });
  if (!task.success) throw new Error(JSON.stringify(task.errors));
}

const began = process.hrtime.bigint();
let next = 0;
async function worker() {
  while (next < activities.length) await deliver(activities[next++]);
}
await Promise.all(Array.from({ length: 10 }, worker));
const seconds = Number(process.hrtime.bigint() - began) / 1e9;
const cpu = process.cpuUsage();
console.log(JSON.stringify({ seconds, cpu_seconds: (cpu.user + cpu.system) / 1e6 }));
