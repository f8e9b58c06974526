// What the page does beyond reading: one option is shown at a time, the slider moves dates, tables sort and filter,
// charts tell their numbers, colours turn dark.
"use strict";
(function () {
  var root = document.documentElement;
  var tip = find("tip");
  var panels = all(".view");
  var shown = 0;
  var views = JSON.parse(find("data").textContent).views.map(function (view) {
    view.finish = whole(view.finish);
    view.goals.forEach(function (goal) { goal.at = whole(goal.at); });
    view.tasks = view.tasks.map(whole);
    return view;
  });

  function find(id) { return document.getElementById(id); }
  function all(selector, scope) { return Array.prototype.slice.call((scope || document).querySelectorAll(selector)); }

  // Hours of the percentiles 1 to 99, which are written as hundredths and what each adds; null for never.
  function whole(steps) {
    var at = 0;
    var hours = steps.map(function (step) { at += step; return at / 100; });
    while (hours.length < 99) { hours.push(null); }
    return hours;
  }

  // A date as the rest of the page writes it.
  var makers = {};
  function date(view, hours, year) {
    if (hours === null) { return "never"; }
    if (view.start === null) { return hours.toFixed(1) + " h"; }
    var key = view.zone + year;
    if (!makers[key]) {
      var options = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: view.zone };
      if (year) { options.year = "numeric"; }
      makers[key] = new Intl.DateTimeFormat("en-GB", options);
    }
    var parts = {};
    makers[key].formatToParts(new Date(view.start + Math.round(hours * 60) * 60000)).forEach(function (part) { parts[part.type] = part.value; });
    var day = parts.weekday + " " + parts.day + " " + parts.month.slice(0, 3) + (year ? " " + parts.year : "");
    return day + " " + parts.hour + ":" + parts.minute;
  }

  // The cells of a table that the slider moves, in the order of the data, whatever order they are shown in.
  var cells = panels.map(function (panel) {
    return { goals: all(".goals .moved", panel), tasks: all(".tasks .moved", panel) };
  });

  function put(cell, view, at, due) {
    var late = due !== null && (at === null || at > due);
    cell.textContent = date(view, at, false) + (late ? " (late)" : "");
    cell.parentNode.dataset.sort = at === null ? 1e12 : at;
  }

  function move() {
    var level = find("level");
    var place = Number(level.value) - 1;
    var view = views[shown];
    var hours = view.finish[place];
    var text = level.value + " % sure by " + date(view, hours, true);
    if (hours !== null && view.plan !== null) {
      var later = hours - view.plan;
      text += ", " + Math.abs(later).toFixed(1) + " h " + (later < 0 ? "earlier" : "later") + " than the plan says";
    }
    find("level-text").textContent = text;
    level.setAttribute("aria-valuetext", text);
    all(".chosen").forEach(function (chosen) { chosen.textContent = level.value + " %"; });
    view.goals.forEach(function (goal, row) { put(cells[shown].goals[row], view, goal.at[place], goal.due); });
    view.tasks.forEach(function (at, row) { put(cells[shown].tasks[row], view, at[place], null); });
  }

  function slider() {
    var level = find("level");
    level.hidden = false;
    level.addEventListener("input", move);
  }

  // Shows one option; its dates follow the slider.
  function show(place) {
    shown = place;
    panels.forEach(function (panel, other) { panel.hidden = other !== place; });
    all("input[name=view]").forEach(function (choice) { choice.checked = Number(choice.value) === place; });
    move();
  }

  function choice() {
    var box = find("choice");
    if (!box) { return; }
    box.hidden = false;
    find("option-links").hidden = true;
    box.addEventListener("change", function (event) { show(Number(event.target.value)); });
    // A link into an option that is not shown.
    function follow() {
      var target = location.hash && find(location.hash.slice(1));
      var place = target ? panels.findIndex(function (panel) { return panel.contains(target); }) : -1;
      if (place >= 0 && place !== shown) { show(place); target.scrollIntoView(); }
    }
    window.addEventListener("hashchange", follow);
    follow();
  }

  function key(row, column) {
    var cell = row.cells[column];
    return cell.dataset.sort === undefined ? cell.textContent.toLowerCase() : Number(cell.dataset.sort);
  }

  function sort(table, column, falling) {
    all("thead th", table).forEach(function (head, place) {
      if (place === column) { head.setAttribute("aria-sort", falling ? "descending" : "ascending"); } else { head.removeAttribute("aria-sort"); }
    });
    var body = table.tBodies[0];
    var rows = Array.prototype.slice.call(body.rows);
    rows.sort(function (a, b) {
      var x = key(a, column), y = key(b, column);
      var order = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y), "en", { numeric: true });
      return falling ? -order : order;
    });
    rows.forEach(function (row) { body.appendChild(row); });
  }

  // Every head becomes a button that sorts, first rising, then falling, this table in all options.
  function sortable(table) {
    all("thead th", table).forEach(function (head, column) {
      var button = document.createElement("button");
      button.type = "button";
      while (head.firstChild) { button.appendChild(head.firstChild); }
      head.appendChild(button);
      button.addEventListener("click", function () {
        var falling = head.getAttribute("aria-sort") === "ascending";
        all("table." + table.className).forEach(function (other) { sort(other, column, falling); });
      });
    });
  }

  // Rows that hold all words of the filter, in all options.
  function filter() {
    function apply(words, critical) {
      panels.forEach(function (panel) {
        var rows = all(".tasks tbody tr", panel), count = 0;
        rows.forEach(function (row) {
          var text = [0, 1, 2, 3].map(function (i) { return row.cells[i].textContent; }).join(" ").toLowerCase();
          var keep = words.every(function (word) { return text.indexOf(word) >= 0; });
          keep = keep && (!critical || Number(row.cells[8].dataset.sort) >= 0.5);
          row.hidden = !keep;
          count += keep ? 1 : 0;
        });
        all(".shown", panel)[0].textContent = count + " of " + rows.length + " tasks";
      });
    }
    function changed(event) {
      var tools = event.target.closest(".tools");
      var text = all(".filter", tools)[0].value, critical = all(".critical", tools)[0].checked;
      all(".filter").forEach(function (box) { if (box.value !== text) { box.value = text; } });
      all(".critical").forEach(function (box) { box.checked = critical; });
      apply(text.toLowerCase().split(/\s+/).filter(Boolean), critical);
    }
    all(".tools").forEach(function (tools) {
      tools.hidden = false;
      tools.addEventListener("input", changed);
    });
    apply([], false);
  }

  function say(text, x, y) {
    tip.textContent = text;
    tip.hidden = false;
    var box = tip.getBoundingClientRect();
    tip.style.left = Math.max(4, Math.min(x + 14, window.innerWidth - box.width - 8)) + "px";
    tip.style.top = (y + 18 + box.height > window.innerHeight ? Math.max(4, y - box.height - 10) : y + 18) + "px";
  }

  // Numbers of a chart at once where the pointer rests, and one after the other with the arrow keys.
  function tips(figure) {
    var svg = figure.querySelector("svg");
    if (!svg) { return; }
    all("title", svg).forEach(function (title) {
      var owner = title.parentNode;
      if (owner === svg) {
        svg.setAttribute("aria-label", title.textContent);
        svg.removeAttribute("aria-labelledby");
      } else {
        owner.dataset.tip = title.textContent;
      }
      // The browser's own tooltip would cover ours.
      owner.removeChild(title);
    });
    var marks = all("[data-tip]", svg), at = -1;
    function leave() {
      if (at >= 0) { marks[at].classList.remove("picked"); }
      at = -1;
      tip.hidden = true;
    }
    function pick(place) {
      leave();
      at = place;
      marks[at].classList.add("picked");
      marks[at].scrollIntoView({ block: "nearest", inline: "nearest" });
      var box = marks[at].getBoundingClientRect();
      say(marks[at].dataset.tip, box.left, box.bottom - 8);
    }
    figure.addEventListener("pointermove", function (event) {
      var mark = event.target.closest("[data-tip]");
      if (mark) { say(mark.dataset.tip, event.clientX, event.clientY); } else if (at < 0) { tip.hidden = true; }
    });
    figure.addEventListener("pointerleave", leave);
    figure.addEventListener("blur", leave);
    figure.addEventListener("keydown", function (event) {
      var next = { ArrowRight: at + 1, ArrowLeft: at < 0 ? marks.length - 1 : at - 1, Home: 0, End: marks.length - 1 }[event.key];
      if (event.key === "Escape") { leave(); }
      if (next === undefined || !marks.length) { return; }
      event.preventDefault();
      pick((next + marks.length) % marks.length);
    });
  }

  function theme() {
    var button = find("theme");
    function set(dark) {
      root.dataset.theme = dark ? "dark" : "light";
      button.textContent = dark ? "Light colours" : "Dark colours";
    }
    button.hidden = false;
    button.addEventListener("click", function () { set(root.dataset.theme !== "dark"); });
    set(window.matchMedia && window.matchMedia("(prefers-color-scheme: dark)").matches);
  }

  slider();
  all("table").forEach(sortable);
  filter();
  all("figure").forEach(tips);
  theme();
  show(0);
  choice();
}());
