// What the page does beyond reading: the slider moves dates, tables sort and filter, colours turn dark.
"use strict";
(function () {
  var data = JSON.parse(document.getElementById("data").textContent);
  var root = document.documentElement;

  function find(id) { return document.getElementById(id); }

  // Hours from the start as the rest of the page writes them.
  function date(hours, year) {
    if (hours === null || hours === undefined) { return "never"; }
    if (data.start === null) { return hours.toFixed(1) + " h"; }
    var options = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: data.zone };
    if (year) { options.year = "numeric"; }
    var parts = {};
    new Intl.DateTimeFormat("en-GB", options).formatToParts(new Date(data.start + Math.round(hours * 60) * 60000))
      .forEach(function (part) { parts[part.type] = part.value; });
    var day = parts.weekday + " " + parts.day + " " + parts.month.slice(0, 3) + (year ? " " + parts.year : "");
    return day + " " + parts.hour + ":" + parts.minute;
  }

  function slider() {
    var level = find("level");
    var moved = document.querySelectorAll("#goals .moved");
    function move() {
      var place = Number(level.value) - 1;
      var hours = data.finish[place];
      var text = level.value + " % sure by " + date(hours, true);
      if (hours !== null && data.plan !== null) {
        var later = hours - data.plan;
        text += ", " + Math.abs(later).toFixed(1) + " h " + (later < 0 ? "earlier" : "later") + " than the plan says";
      }
      find("level-text").textContent = text;
      level.setAttribute("aria-valuetext", text);
      data.goals.forEach(function (goal, row) {
        if (!moved[row]) { return; }
        var at = goal.at[place];
        var late = goal.due !== null && (at === null || at > goal.due);
        moved[row].textContent = date(at, false) + (late ? " (late)" : "");
        moved[row].parentNode.dataset.sort = at === null ? 1e12 : at;
      });
    }
    level.hidden = false;
    level.addEventListener("input", move);
    move();
  }

  function key(row, column) {
    var cell = row.cells[column];
    return cell.dataset.sort === undefined ? cell.textContent.toLowerCase() : Number(cell.dataset.sort);
  }

  // Every head becomes a button that sorts, first rising, then falling.
  function sortable(table) {
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, column) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.textContent = "";
      head.appendChild(button);
      button.addEventListener("click", function () {
        var falling = head.getAttribute("aria-sort") === "ascending";
        Array.prototype.forEach.call(table.tHead.rows[0].cells, function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", falling ? "descending" : "ascending");
        var body = table.tBodies[0];
        var rows = Array.prototype.slice.call(body.rows);
        rows.sort(function (a, b) {
          var x = key(a, column), y = key(b, column);
          var order = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y), "en", { numeric: true });
          return falling ? -order : order;
        });
        rows.forEach(function (row) { body.appendChild(row); });
      });
    });
  }

  function filter() {
    var box = find("filter"), critical = find("critical");
    var rows = Array.prototype.slice.call(find("tasks").tBodies[0].rows);
    function apply() {
      var words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
      var shown = 0;
      rows.forEach(function (row) {
        var text = [0, 1, 2, 3].map(function (i) { return row.cells[i].textContent; }).join(" ").toLowerCase();
        var keep = words.every(function (word) { return text.indexOf(word) >= 0; });
        keep = keep && (!critical.checked || Number(row.cells[8].dataset.sort) >= 0.5);
        row.hidden = !keep;
        shown += keep ? 1 : 0;
      });
      find("shown").textContent = shown + " of " + rows.length + " tasks";
    }
    document.querySelector(".tools").hidden = false;
    box.addEventListener("input", apply);
    critical.addEventListener("change", apply);
    apply();
  }

  function theme() {
    var button = find("theme");
    function set(dark) {
      root.dataset.theme = dark ? "dark" : "light";
      button.textContent = dark ? "Light" : "Dark";
    }
    button.hidden = false;
    button.addEventListener("click", function () { set(root.dataset.theme !== "dark"); });
    set(window.matchMedia && window.matchMedia("(prefers-color-scheme: dark)").matches);
  }

  slider();
  Array.prototype.forEach.call(document.querySelectorAll("table"), sortable);
  filter();
  theme();
}());
