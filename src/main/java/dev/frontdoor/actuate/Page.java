package dev.frontdoor.actuate;

import org.jspecify.annotations.Nullable;

import tools.jackson.databind.json.JsonMapper;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.function.ToLongFunction;

/**
 * A page of rows. It ends after {@code limit} rows, or with the row with which its JSON reaches 2
 * MB, so that its size does not depend on what workers declare.
 *
 * @param matching number of rows on all pages
 * @param next the number of the last row; null on the last page
 */
record Page<R>(List<R> rows, int matching, @Nullable Long next) {

    private static final int MAX_SIZE = 2 * 1024 * 1024;

    /** This page as the only one. */
    Page<R> only() {
        return new Page<>(rows, matching, null);
    }

    /**
     * Describes the rows of one page.
     *
     * @param all what matches the filters, in the order of the pages
     * @param cursor the number that identifies a row
     * @param isLater whether a row with this number comes after the previous page
     */
    static <T, R> Page<R> of(
            List<T> all,
            ToLongFunction<T> cursor,
            LongPredicate isLater,
            int limit,
            Function<T, R> describe) {
        List<R> rows = new ArrayList<>();
        int size = 0;
        long last = 0;
        for (T next : all) {
            if (isLater.test(cursor.applyAsLong(next))) {
                if (rows.size() == limit || size >= MAX_SIZE) {
                    return new Page<>(rows, all.size(), last);
                }
                R row = describe.apply(next);
                rows.add(row);
                size += JsonMapper.shared().writeValueAsBytes(row).length;
                last = cursor.applyAsLong(next);
            }
        }
        return new Page<>(rows, all.size(), null);
    }
}
