// The map of sites: outlines and points of our own, clustered; a tile server only where one is set.
// Until it runs, without it, and on paper, the drawn outline stands in its place.
(() => {
  "use strict";
  const box = document.getElementById("map");
  if (!box || !window.L) return;
  const L = window.L;
  const known = JSON.parse(box.dataset.map);
  if (box.dataset.states) known.states = JSON.parse(box.dataset.states);
  const words = box.dataset;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const LISTED = 60;

  box.hidden = false;
  box.closest(".map-panel").classList.add("map-started");
  const aside = document.querySelector("[data-map-aside]");
  aside.hidden = false;

  const map = L.map(box, {
    zoomControl: false,
    maxZoom: 17,
    minZoom: 7,
    zoomSnap: 0.5,
    attributionControl: Boolean(words.tiles),
    zoomAnimation: !still,
    fadeAnimation: !still,
    markerZoomAnimation: !still,
  });
  L.control.zoom({ zoomInTitle: words.in, zoomOutTitle: words.out }).addTo(map);
  if (words.tiles) {
    map.attributionControl.setPrefix(false);
    L.tileLayer(words.tiles, { attribution: "", maxZoom: 17 }).addTo(map);
    const credit = document.createElement("span");
    credit.textContent = words.credit; // text, never markup
    map.attributionControl.addAttribution(credit.outerHTML);
    box.classList.add("tiled");
  }
  const outlines = L.featureGroup(
    Object.values(known.outlines).map((ring) =>
      L.polygon(ring.map(([lon, lat]) => [lat, lon]), { className: "province", interactive: false }),
    ),
  ).addTo(map);
  for (const [name, [lon, lat]] of Object.values(known.names)) {
    const text = document.createElement("span");
    text.textContent = name;
    const icon = L.divIcon({ className: "province-name", html: text });
    L.marker([lat, lon], { icon, interactive: false, keyboard: false, zIndexOffset: -1000 }).addTo(map);
  }
  map.fitBounds(outlines.getBounds(), { padding: [12, 12] });

  const rankOf = (key) => known.states[key]?.rank ?? 99;
  const glyph = (key) => {
    const mark = document.createElement("span");
    mark.className = `ti ti-${known.states[key]?.icon || "help-circle"}`;
    mark.setAttribute("aria-hidden", "true");
    return mark;
  };
  const pin = (key, size, count) => {
    const holder = document.createElement("div");
    holder.append(glyph(key));
    if (count) holder.append(String(count));
    return L.divIcon({
      className: `pin s-${key}${count ? " many" : ""}`,
      html: holder.innerHTML,
      iconSize: count ? [size, 28] : [size, size],
    });
  };
  const worst = (markers) =>
    markers.reduce((found, one) => (rankOf(one.options.state) < rankOf(found) ? one.options.state : found), "ok");
  const named = (marker, text) => marker.getElement()?.setAttribute("aria-label", text);

  const clusters = L.markerClusterGroup({
    showCoverageOnHover: false,
    maxClusterRadius: 72,
    disableClusteringAtZoom: 15,
    animate: !still,
    chunkedLoading: true,
    iconCreateFunction: (cluster) => {
      const count = cluster.getChildCount();
      return pin(worst(cluster.getAllChildMarkers()), 34 + 7 * String(count).length, count);
    },
  });
  // Markers come and go with each move: their names are written when they stand on the map.
  const label = () => {
    map.eachLayer((layer) => {
      if (layer.getChildCount) named(layer, `${layer.getChildCount()} ${words.group}`);
      else if (layer.options?.label) named(layer, `${layer.options.label}, ${known.states[layer.options.state]?.word || ""}`);
    });
  };

  const popup = async (marker) => {
    const place = document.createElement("div");
    place.textContent = words.loading;
    const shown = L.popup({
      maxWidth: Math.min(280, box.clientWidth - 120),
      offset: [0, -8],
      autoPanPaddingTopLeft: [64, 16],
      autoPanPaddingBottomRight: [16, 16],
    });
    shown.setLatLng(marker.getLatLng()).setContent(place).openOn(map);
    const answer = await fetch(words.site.replace("/0/", `/${marker.options.key}/`)).catch(() => null);
    if (answer?.ok) {
      place.innerHTML = await answer.text(); // our own fragment, escaped by the server
      shown.update();
      place.querySelector("a")?.focus();
    } else place.textContent = words.failed;
  };

  let sites = [];
  const list = document.querySelector("[data-map-list]");
  const line = (marker) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    const { key, label: name, town, state } = marker.options;
    link.href = words.page.replace("/0/", `/${key}/`);
    const badge = document.createElement("span");
    badge.className = `st plain s-${state}`;
    badge.title = known.states[state]?.word || "";
    const spoken = document.createElement("span");
    spoken.className = "visually-hidden";
    spoken.textContent = badge.title;
    badge.append(glyph(state), spoken);
    const told = document.createElement("span");
    told.textContent = name;
    const where = document.createElement("small");
    where.textContent = town;
    told.append(where);
    link.append(badge, told);
    item.append(link);
    return item;
  };
  const refresh = () => {
    const frame = map.getBounds();
    const inside = sites.filter((one) => frame.contains(one.getLatLng()));
    document.querySelector("[data-map-count]").textContent = inside.length.toLocaleString("fr-BE");
    document.querySelector("[data-map-more]").hidden = inside.length <= LISTED;
    list.replaceChildren(...inside.slice(0, LISTED).map(line));
    label();
  };

  const start = async () => {
    const answer = await fetch(words.points).catch(() => null);
    if (!answer?.ok) {
      window.preau?.toast?.(words.failed, { error: true });
      return;
    }
    const { states, sites: rows } = await answer.json();
    sites = rows.map(([key, lat, lon, state, name, town]) => {
      const marker = L.marker([lat, lon], {
        icon: pin(states[state], 26),
        key,
        label: name,
        town,
        state: states[state],
        title: name,
        riseOnHover: true,
      });
      marker.on("click", () => popup(marker));
      marker.on("keypress", (event) => {
        if (event.originalEvent.key === "Enter") popup(marker);
      });
      return marker;
    });
    sites.sort((a, b) => rankOf(a.options.state) - rankOf(b.options.state) || a.options.label.localeCompare(b.options.label, "fr"));
    clusters.addLayers(sites);
    map.addLayer(clusters);
    if (sites.length && sites.length < rows.length + 1 && new URL(words.points, location.href).search.length > 1) {
      map.fitBounds(clusters.getBounds(), { padding: [32, 32], maxZoom: 14 });
    }
    refresh();
    map.on("moveend zoomend", refresh);
    clusters.on("animationend spiderfied", label);
    box.dataset.ready = "1";
  };
  start();
})();
