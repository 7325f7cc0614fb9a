package dev.frontdoor.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * The pictures in the documents show the console of a running service. With {@code
 * -Dgenerate=apply} they are taken anew. Times, ages and fonts differ from run to run and from
 * machine to machine, so a small part of a picture may differ.
 */
class ConsolePicturesIntegrationTests {

    private static final Path PICTURES = Path.of("docs", "pictures");
    private static final boolean APPLY = "apply".equals(System.getProperty("generate"));

    private static final int BUSY_SECONDS = 20;

    private static final int WIDTH = 1280;
    private static final int HEIGHT = 800;
    private static final int MAX_SIZE = 200 * 1024;

    /** A color differs by that much, of 255, in one of its parts. */
    private static final int VISIBLE = 48;

    private static final double MAX_DIFFERENCE = 0.10;

    @TempDir private Path directory;

    @Test
    void picturesShowTheConsole() throws Exception {
        DemoNotifiers.jar().writeTo(directory.resolve("notifiers/demo.jar"));
        try (Browser browser = Browser.startOrSkip();
                ServiceProcess service =
                        ServiceProcess.in(directory)
                                .start(
                                        "--frontdoor.instance=front-door-0",
                                        "--frontdoor.limits.max-connections=12000");
                DemoFleet fleet = new DemoFleet(service::worker).register(140)) {
            keepBusy(fleet);
            fleet.depart().rejected();
            browser.size(WIDTH, HEIGHT)
                    .open("http://localhost:%s/".formatted(service.managementPort()));
            browser.awaitText(".figures", "129");
            browser.awaitText(".chart", "now");
            expect("overview", browser);
            browser.view("#/workers?taskQueue=notifications");
            browser.awaitText(".chip", "notifications");
            expect("workers", browser);
            browser.dark(true).view("#/departures");
            browser.awaitText("tbody", "out of memory");
            expect("departures-dark", browser);
        }
    }

    /** A chart needs some departures, and not so many that they look like a storm. */
    private static void keepBusy(DemoFleet fleet) throws IOException {
        long begin = System.nanoTime();
        for (int second = 1; second <= BUSY_SECONDS; second++) {
            fleet.register(2);
            fleet.leave();
            fleet.leave();
            LockSupport.parkNanos(begin + TimeUnit.SECONDS.toNanos(second) - System.nanoTime());
        }
    }

    private static void expect(String name, Browser browser) throws IOException {
        browser.awaitText(".link", "Live");
        byte[] taken = browser.picture();
        BufferedImage actual = ImageIO.read(new ByteArrayInputStream(taken));
        Path file = PICTURES.resolve(name + ".png");
        if (APPLY) {
            write(actual, file);
        }
        assertThat(Files.size(file)).as(name).isLessThan(MAX_SIZE);
        BufferedImage expected = ImageIO.read(file.toFile());
        assertThat(actual.getWidth()).isEqualTo(expected.getWidth()).isEqualTo(WIDTH);
        assertThat(actual.getHeight()).isEqualTo(expected.getHeight()).isEqualTo(HEIGHT);
        assertThat(difference(expected, actual)).as(name).isLessThan(MAX_DIFFERENCE);
    }

    /** Smaller than what the browser writes. */
    private static void write(BufferedImage picture, Path file) throws IOException {
        Files.createDirectories(PICTURES);
        BufferedImage opaque = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        opaque.createGraphics().drawImage(picture, 0, 0, null);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ImageWriteParam best = writer.getDefaultWriteParam();
        best.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        best.setCompressionQuality(0);
        Files.deleteIfExists(file);
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(opaque, null, null), best);
        }
    }

    /** The part of the pixels that differ visibly. */
    private static double difference(BufferedImage one, BufferedImage other) {
        int different = 0;
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                if (differs(one.getRGB(x, y), other.getRGB(x, y))) {
                    different++;
                }
            }
        }
        return (double) different / (WIDTH * HEIGHT);
    }

    private static boolean differs(int one, int other) {
        for (int shift = 0; shift < 24; shift += 8) {
            if (Math.abs((one >> shift & 0xff) - (other >> shift & 0xff)) > VISIBLE) {
                return true;
            }
        }
        return false;
    }
}
