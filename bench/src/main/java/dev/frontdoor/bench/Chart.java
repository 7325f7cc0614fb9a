package dev.frontdoor.bench;

import dev.frontdoor.bench.Figures.Figure;

import java.util.List;

/** The medians of a workload as bars, in SVG. */
final class Chart {

    private static final int BAR = 18;
    private static final int LABELS = 250;
    private static final int BARS = 420;
    private static final int WIDTH = LABELS + BARS + 150;

    private Chart() {}

    static String of(Workload workload, List<Figure> figures) {
        StringBuilder svg = new StringBuilder();
        int y = 30;
        svg.append(text(10, 20, "start", "font-weight='bold'", workload.label()));
        for (Figure figure : figures) {
            y += BAR;
            svg.append(text(10, y, "start", "", "%s (%s)".formatted(figure.name(), figure.unit())));
            y += BAR / 2;
            double most =
                    figure.values().keySet().stream().mapToDouble(figure::median).max().orElse(0);
            for (Candidate candidate : figure.values().keySet()) {
                double median = figure.median(candidate);
                double length = most > 0 && median > 0 ? BARS * median / most : 0;
                svg.append(text(LABELS - 8, y + 13, "end", "", candidate.label()));
                svg.append(
                        "<rect x='%d' y='%d' width='%.1f' height='%d' fill='%s'/>%n"
                                .formatted(
                                        LABELS,
                                        y + 2,
                                        length,
                                        BAR - 4,
                                        candidate.isService() ? "#2b6cb0" : "#a0aec0"));
                svg.append(
                        text(
                                LABELS + (int) length + 6,
                                y + 13,
                                "start",
                                "",
                                Report.number(median)));
                y += BAR;
            }
        }
        return """
        <svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' font-family='sans-serif' font-size='12'>
        <rect width='100%%' height='100%%' fill='white'/>
        %s</svg>
        """
                .formatted(WIDTH, y + 12, svg);
    }

    private static String text(int x, int y, String anchor, String style, String text) {
        return "<text x='%d' y='%d' text-anchor='%s' %s>%s</text>%n"
                .formatted(x, y, anchor, style, text.replace("&", "&amp;").replace("<", "&lt;"));
    }
}
