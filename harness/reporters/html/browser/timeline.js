// @ts-check
/// <reference lib="dom" />
/**
 * Makes each time axis of the report zoomable: uPlot draws the charts in place of their static pictures, and the lanes
 * follow the same zoom, because their positions are per cent of an SVG that only has to become wider. Plain JavaScript:
 * it is inlined into the report as it stands here. Names from the system reach the page as text only.
 */
(() => {
  'use strict';

  /** @typedef {{ label: string, style: string, shape: 'line' | 'steps' | 'bars', values: (number | null)[] }} Series */
  /** @typedef {{ title: string, unit: string, x: number[], series: Series[] }} Chart */
  /** @typedef {{ from: number, to: number, charts: Chart[] }} TimelineData */

  /** The script before this one defines it. @type {typeof import('uplot')} */
  const uPlot = globalThis['uPlot'];
  /** At most this much of the whole axis can be magnified. */
  const MOST_ZOOM = 400;
  const STEPS = [
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200,
  ];
  const DASHES = { second: [6, 3], third: [1.5, 2.5], fourth: [8, 3, 2, 3] };

  for (const figure of all(document, 'figure.timeline')) {
    // A folded trial has no width to draw into: it is drawn when it is opened.
    const folded = figure.closest('details');
    if (folded === null || folded.open) start(figure);
    else folded.addEventListener('toggle', () => start(figure), { once: true });
  }
  // Paper shows every trial, whatever was folded on the screen.
  addEventListener('beforeprint', () => {
    for (const details of all(document, 'details.trial')) details.setAttribute('open', '');
  });

  /** @param {ParentNode} parent @param {string} selector @returns {HTMLElement} */
  function one(parent, selector) {
    const element = parent.querySelector(selector);
    if (!(element instanceof HTMLElement)) throw new Error(`The report has no ${selector}.`);
    return element;
  }

  /** @param {ParentNode} parent @param {string} selector @returns {NodeListOf<HTMLElement>} */
  function all(parent, selector) {
    return parent.querySelectorAll(selector);
  }

  /** @param {HTMLElement} figure */
  function start(figure) {
    /** @type {TimelineData} */
    const data = JSON.parse(one(document, `#${figure.dataset.source}`).textContent ?? '');
    const lanes = one(figure, '.lanes');
    const view = { from: data.from, to: data.to };
    const plots = [];
    figure.classList.add('is-live');
    one(figure, '.timeline-tools').hidden = false;

    function show(from, to) {
      const width = Math.min(data.to - data.from, Math.max(to - from, (data.to - data.from) / MOST_ZOOM));
      const middle = (from + to) / 2;
      view.from = Math.min(Math.max(data.from, middle - width / 2), data.to - width);
      view.to = view.from + width;
      const whole = data.to - data.from;
      lanes.style.setProperty('--zoom', String(whole / width));
      lanes.style.setProperty('--from', String((view.from - data.from) / whole));
      drawTicks(lanes, data, view);
      for (const plot of plots) plot.setScale('x', { min: view.from, max: view.to });
      const isWhole = width >= whole * 0.9999;
      for (const button of figure.querySelectorAll('button')) button.disabled = isWhole && button.dataset.do !== 'in';
    }

    const point = pointer(figure, lanes, view, show, data);
    const draw = () => {
      for (const plot of plots.splice(0)) plot.destroy();
      for (const lane of all(lanes, '[data-chart]')) {
        const chart = data.charts[Number(lane.dataset.chart)];
        if (chart !== undefined) plots.push(plotChart(lane, chart, view, point));
      }
    };
    connectButtons(figure, data, view, show);
    draw();
    show(data.from, data.to);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
    new ResizeObserver(() => {
      for (const plot of plots) plot.setSize({ width: plot.root.parentElement.clientWidth, height: plot.height });
    }).observe(lanes);
  }

  function connectButtons(figure, data, view, show) {
    const actions = {
      in: () => zoomBy(0.5),
      out: () => zoomBy(2),
      back: () => moveBy(-0.5),
      on: () => moveBy(0.5),
      all: () => show(data.from, data.to),
    };
    function zoomBy(factor) {
      const middle = (view.from + view.to) / 2;
      const half = ((view.to - view.from) / 2) * factor;
      show(middle - half, middle + half);
    }
    function moveBy(share) {
      const by = (view.to - view.from) * share;
      show(view.from + by, view.to + by);
    }
    for (const button of figure.querySelectorAll('button'))
      button.addEventListener('click', actions[button.dataset.do]);
  }

  /** Dragging across any lane selects a stretch; the cursor runs through all lanes. */
  function pointer(figure, lanes, view, show, data) {
    const backdrop = lanes.querySelector('.lane-backdrop');
    const cursor = lanes.querySelector('.lane-cursor');
    const selection = lanes.querySelector('.lane-selection');
    const time = lanes.querySelector('.cursor-time');
    const listeners = [];
    /** @type {number | null} */
    let dragFrom = null;

    const shareAt = (event) => {
      const box = backdrop.getBoundingClientRect();
      return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    };
    const timeAt = (share) => view.from + share * (view.to - view.from);

    lanes.addEventListener('pointermove', (event) => {
      const share = shareAt(event);
      cursor.hidden = event.target.closest('.lane-track') === null;
      cursor.style.left = `${share * 100}%`;
      time.textContent = cursor.hidden ? '' : moment(timeAt(share), view.to - view.from, 3);
      for (const listener of listeners) listener(cursor.hidden ? null : timeAt(share));
      if (dragFrom === null) return;
      selection.hidden = false;
      selection.style.left = `${Math.min(dragFrom, share) * 100}%`;
      selection.style.width = `${Math.abs(share - dragFrom) * 100}%`;
    });
    lanes.addEventListener('pointerleave', () => {
      cursor.hidden = true;
      time.textContent = '';
      for (const listener of listeners) listener(null);
    });
    lanes.addEventListener('pointerdown', (event) => {
      if (event.button === 0 && event.pointerType !== 'touch' && event.target.closest('.lane-track') !== null)
        dragFrom = shareAt(event);
    });
    addEventListener('pointerup', (event) => {
      if (dragFrom === null) return;
      const [from, to] = [dragFrom, shareAt(event)].toSorted((a, b) => a - b);
      dragFrom = null;
      selection.hidden = true;
      cursor.hidden = true;
      if (to - from > 0.005) show(timeAt(from), timeAt(to));
    });
    lanes.addEventListener('dblclick', () => show(data.from, data.to));
    return (listener) => listeners.push(listener);
  }

  /** One chart of uPlot in place of the static picture, without axes of its own, so that it lines up with the lanes. */
  function plotChart(lane, chart, view, onPoint) {
    const track = lane.querySelector('.lane-track');
    const picture = track.querySelector('.track');
    const height = Number(picture.getAttribute('height'));
    const style = getComputedStyle(lane);
    const colour = (name) => style.getPropertyValue(name).trim();
    const top = niceCeiling(Math.max(0, ...chart.series.flatMap((series) => series.values.map((value) => value ?? 0))));
    lane.classList.add('is-plotted');
    const plot = new uPlot(
      {
        width: track.clientWidth,
        height,
        padding: [0, 0, 0, 0],
        legend: { show: false },
        cursor: { show: false },
        axes: [{ show: false }, { show: false }],
        scales: { x: { time: false, min: view.from, max: view.to }, y: { range: [0, (top * height) / (height - 10)] } },
        series: [{}, ...chart.series.map((series) => plotSeries(series, colour))],
        hooks: { drawClear: [(self) => drawValueLines(self, top, chart.unit, colour)] },
      },
      [chart.x, ...chart.series.map((series) => series.values)],
      track,
    );
    const outputs = lane.querySelectorAll('.series-value');
    onPoint((seconds) => {
      chart.series.forEach((series, n) => {
        outputs[n].textContent = seconds === null ? '' : valueAt(chart.x, series, seconds, chart.unit);
      });
    });
    return plot;
  }

  function plotSeries(series, colour) {
    const stroke = colour(series.style === 'bad' ? '--down' : `--curve-${series.style}`);
    const shared = {
      stroke,
      width: series.shape === 'bars' ? 3 : 1.6,
      points: { show: false },
      spanGaps: series.shape === 'steps',
    };
    if (series.shape === 'bars') return { ...shared, paths: uPlot.paths.bars?.({ size: [0.4, 6] }), fill: stroke };
    if (series.shape === 'steps')
      return { ...shared, dash: DASHES[series.style], paths: uPlot.paths.stepped?.({ align: 1 }) };
    return { ...shared, dash: DASHES[series.style] };
  }

  function drawValueLines(plot, top, unit, colour) {
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.font = `${11 * ratio}px ${getComputedStyle(document.body).fontFamily}`;
    ctx.textBaseline = 'top';
    ctx.setLineDash([]);
    for (const value of [top / 2, top]) {
      const y = Math.round(plot.valToPos(value, 'y', true)) + 0.5;
      ctx.strokeStyle = colour('--line');
      ctx.lineWidth = ratio;
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
      ctx.fillStyle = colour('--muted');
      ctx.fillText(amount(value, unit), bbox.left + 3 * ratio, y + 2 * ratio);
    }
    ctx.restore();
  }

  /** The value that holds at a moment: the last one for a count, the nearest one for a measurement. */
  function valueAt(x, series, seconds, unit) {
    /** @type {number | null} */
    let best = null;
    for (let n = 0; n < x.length; n += 1) {
      if (series.values[n] === null) continue;
      if (series.shape === 'steps' && x[n] > seconds) break;
      if (best === null || series.shape === 'steps' || Math.abs(x[n] - seconds) < Math.abs(x[best] - seconds)) best = n;
    }
    return best === null ? '' : amount(series.values[best], unit);
  }

  function amount(value, unit) {
    const text = value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 1 : 0 });
    return unit === '' ? text : `${text} ${unit}`;
  }

  function niceCeiling(value) {
    if (value <= 0) return 1;
    const power = 10 ** Math.floor(Math.log10(value));
    return ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= value) ?? 10) * power;
  }

  /** The scale for the stretch that is shown; positions stay per cent of the whole. */
  function drawTicks(lanes, data, view) {
    const span = view.to - view.from;
    const most = Math.max(3, Math.min(8, Math.floor(lanes.clientWidth / 90)));
    const step = STEPS.find((candidate) => span / candidate <= most) ?? 86_400;
    const labels = [];
    const lines = [];
    for (let n = Math.ceil(view.from / step); n * step <= view.to; n += 1) {
      const at = `${((n * step - data.from) / (data.to - data.from)) * 100}%`;
      const share = (n * step - view.from) / span;
      const anchor = share < 0.03 ? 'start' : share > 0.97 ? 'end' : 'middle';
      const label = svg('text', { class: 'tick-label', x: at, y: '53', 'text-anchor': anchor });
      label.textContent = moment(n * step, span, 3);
      labels.push(label);
      const line = document.createElement('div');
      line.className = 'tick-line';
      line.style.left = at;
      lines.push(line);
    }
    lanes.querySelector('.tick-labels').replaceChildren(...labels);
    lanes.querySelector('.tick-lines').replaceChildren(...lines);
  }

  function svg(name, attributes) {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  }

  /** `+12.5 s`, or `+2:30` where more than three minutes are shown. */
  function moment(seconds, span, digits) {
    if (Math.abs(seconds) < 1e-9) return '0';
    const sign = seconds < 0 ? '−' : '+';
    const size = Math.abs(seconds);
    if (span <= 180) return `${sign}${Number(size.toFixed(digits))} s`;
    const minutes = Math.floor(size / 60);
    const rest = String(Math.round(size % 60)).padStart(2, '0');
    return minutes < 120
      ? `${sign}${minutes}:${rest}`
      : `${sign}${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')}`;
  }
})();
