// Part of scripts/update-lists: from unpacked packages to sorted lines of ASCII.
import { readFileSync, writeFileSync } from "node:fs";

const read = (path) => JSON.parse(readFileSync(`${process.env.WORK}/${path}`, "utf8"));
const write = (name, lines) => {
  const sorted = [...new Set(lines)].filter((line) => /^[\x21-\x7e][\x20-\x7e]*$/.test(line)).sort();
  writeFileSync(`crates/domain/lists/${name}.txt`, sorted.map((line) => `${line}\n`).join(""));
};

const exceptions = new Set(readFileSync("crates/domain/lists/exceptions.txt", "utf8").split("\n"));
const domains = (list) =>
  list.map((domain) => domain.trim().toLowerCase()).filter((domain) => !exceptions.has(domain));
const free = domains(read("free-email-domains/domains.json"));
write("free-mail", free);
const known = new Set(free);
const disposable = domains(read("disposable-email-domains/index.json"));
write("disposable-mail", disposable.filter((domain) => !known.has(domain)));

// A robot's pattern becomes words in lower case; `^` before one keeps it at the start.
const alternatives = (pattern) => {
  const group = /\(([^()]*)\)/.exec(pattern);
  const cut = (text) => [pattern.slice(0, group.index), text, pattern.slice(group.index + group[0].length)].join("");
  return group ? group[1].split("|").flatMap((text) => alternatives(cut(text))) : pattern.split("|");
};
const words = (pattern) => {
  const plain = pattern
    .replace(/\(\[\^-\]\|\$\)|\(\^\| \)|\$$/g, "")
    .replace(/\\([()])/g, (_, bracket) => (bracket === "(" ? "\u0001" : "\u0002"));
  return alternatives(plain).map((text) => {
    const letters = text
      .replace(/\[(.)[^\]]\]/g, "$1")
      .replace(/\\([./+\- ])/g, "$1")
      .replaceAll("\u0001", "(")
      .replaceAll("\u0002", ")")
      .toLowerCase();
    // Of what can stand between two words, the longer word is kept.
    const parts = letters.split(/\[\\s\\s\]\*|\\d(?:\.\\d\+)?/);
    return parts.reduce((longest, part) => (part.trim().length > longest.length ? part : longest), "");
  });
};
const robots = read("crawler-user-agents/crawler-user-agents.json");
const found = robots.flatMap((robot) => words(robot.pattern)).filter((word) => !exceptions.has(word));
write("robots", found);

const matches = (name) =>
  found.some((word) => (word[0] === "^" ? name.startsWith(word.slice(1)) : name.includes(word)));
const missed = robots.flatMap((robot) => robot.instances ?? []).filter((name) => !matches(name.toLowerCase()));
console.log(`${found.length} robots; ${missed.length} samples of them are not recognized`);
for (const name of missed.slice(0, 20)) console.log(`  ${name}`);
