"use strict";

// Whatever a model or its program wrote reaches the page through these functions only, as text nodes.

const HIDDEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff]|\r(?!\n)/g;

/** Append text to a node, with every character that hides or reorders text written out as \x1b or \u202e. */
function appendText(node, text) {
  let done = 0;
  for (const found of text.matchAll(HIDDEN)) {
    node.append(text.slice(done, found.index), hiddenCharacter(found[0]));
    done = found.index + 1;
  }
  node.append(text.slice(done));
}

function hiddenCharacter(character) {
  const code = character.charCodeAt(0);
  const span = document.createElement("span");
  span.className = "hidden-char";
  span.textContent = code < 256 ? "\\x" + code.toString(16).padStart(2, "0") : "\\u" + code.toString(16).padStart(4, "0");
  return span;
}

/** An element; children are nodes, or values shown as text; null ones are left out. */
function element(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null) node.setAttribute(name, value);
  }
  for (const child of children.flat()) {
    if (child instanceof Node) node.append(child);
    else if (child !== null && child !== undefined) appendText(node, String(child));
  }
  return node;
}

function outcomeChip(outcome) {
  return element("span", { class: "chip" }, element("span", { class: "swatch " + outcome }), data.outcomes[outcome].label);
}

/** The place of an entry, or of a list, in this page's address. */
function addressOf(parts) {
  const given = Object.entries(parts).filter(([, value]) => value !== "");
  const readable = (value) => encodeURIComponent(value).replace(/%(2F|3A|2C|3D|7C)/g, decodeURIComponent);
  return "#" + (given.map(([key, value]) => key + "=" + readable(value)).join("&") || LIST);
}

function readAddress(hash) {
  const parts = {};
  for (const part of hash.slice(1).split("&")) {
    const at = part.indexOf("=");
    if (at > 0) parts[part.slice(0, at)] = decoded(part.slice(at + 1));
  }
  return parts;
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // typed by hand, with a lone %
  }
}
