package com.example.admin;

import de.codecentric.boot.admin.server.config.EnableAdminServer;
import de.codecentric.boot.admin.server.domain.values.Registration;
import de.codecentric.boot.admin.server.services.InstanceRegistry;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

import java.util.List;

/**
 * A Spring Boot Admin that watches front doors. They need no client of it: their management ports
 * are a setting here.
 */
@SpringBootApplication
@EnableAdminServer
public class AdminApplication {

    static void main(String[] args) {
        SpringApplication.run(AdminApplication.class, args);
    }

    @Bean
    ApplicationRunner registerFrontDoors(
            InstanceRegistry instances, @Value("${front-doors}") List<String> managementPorts) {
        return _ -> managementPorts.forEach(port -> instances.register(frontDoor(port)).block());
    }

    private static Registration frontDoor(String port) {
        return Registration.create("worker-front-door", port + "/actuator/health")
                .managementUrl(port + "/actuator")
                .serviceUrl(port + "/console/")
                .build();
    }
}
