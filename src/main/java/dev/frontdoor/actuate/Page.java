package dev.frontdoor.actuate;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.json.JsonMapper;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * A page of rows, newest connection first. It ends after {@code limit} rows, or with the row with
 * which its JSON reaches 2 MB, so that its size does not depend on what workers declare.
 *
 * @param matching number of rows on all pages
 * @param next the pid of the last row; null on the last page
 */
record Page<R>(List<R> rows, int matching, @Nullable Long next) {

    private static final int MAX_SIZE = 2 * 1024 * 1024;

    /**
     * Describes the rows of one page.
     *
     * @param all what matches the filters, newest connection first
     * @param before the page has smaller pids only
     */
    static <T, R> Page<R> of(
            List<T> all, ToLongFunction<T> pid, long before, int limit, Function<T, R> describe) {
        List<R> rows = new ArrayList<>();
        int size = 0;
        long last = before;
        for (T next : all) {
            if (pid.applyAsLong(next) < before) {
                if (rows.size() == limit || size >= MAX_SIZE) {
                    return new Page<>(rows, all.size(), last);
                }
                R row = describe.apply(next);
                rows.add(row);
                size += JsonMapper.shared().writeValueAsBytes(row).length;
                last = pid.applyAsLong(next);
            }
        }
        return new Page<>(rows, all.size(), null);
    }
}
